package translate

import (
	"context"
	"strings"
	"unicode"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/occigate/occigate/occi"
)

// adminPasswordID is the mixin with which a client gives a compute's administrator a password. It is on no compute, and
// nothing that is read has the password.
var adminPasswordID = occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "admin_password"}

// adminPassword is the attribute of the mixin, by OCCI-OS's name.
const adminPassword = "org.openstack.credentials.admin_pwd" //nolint:gosec // the name of one

// adminPasswordMixin is the mixin with adminPasswordID.
func adminPasswordMixin() *occi.Mixin {
	return &occi.Mixin{
		ID: adminPasswordID, Title: "Password of the administrator", Applies: []occi.ID{occi.ComputeID}, Location: "/admin_password/",
		Attributes: []occi.Attribute{
			{Name: adminPassword, Type: occi.StringType, Required: true, Description: "new password, which is never shown"},
		},
	}
}

// wantedPassword returns the password that the compute's administrator is to have, "" if the client leaves that alone. As
// with metadata, the attribute is enough in an update. The errors do not quote it.
func wantedPassword(e *occi.Entity) (string, error) {
	given := e.Attributes.Get(adminPassword)
	password := given.Text()
	switch {
	case given.IsZero() && e.Mixin(adminPasswordID) == nil:
		return "", nil
	case password == "":
		return "", occi.Errorf(occi.Invalid, "mixin %s needs the attribute %s", adminPasswordID, adminPassword)
	case strings.ContainsFunc(password, unicode.IsControl):
		return "", occi.Errorf(occi.Invalid, "attribute %s must not contain control characters", adminPassword)
	}
	return password, nil
}

// changePassword gives the server's administrator another password, which stays: nobody knows the old one. Nova answers
// when that is done. Compute API: "Change Administrative Password".
func (c computes) changePassword(ctx context.Context, id, password string, undo *undo) error {
	if password == "" {
		return nil
	}
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return err
	}
	var answer error // Nova's last
	err = c.whenIdle(ctx, id, func(ctx context.Context) error {
		answer = servers.ChangeAdminPassword(ctx, nova, id, password).ExtractErr()
		return answer
	})
	if err != nil {
		return unknown(c.refusedAction(ctx, err, addressed(occi.ComputeID, id)), answer, "it is not known whether the password was changed")
	}
	undo.push("the new password", func(context.Context) error {
		return occi.Errorf(occi.Conflict, "nobody knows the old password")
	})
	return nil
}
