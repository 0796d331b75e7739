package occi_test

import "github.com/occigate/occigate/occi"

// exampleURLs are those of a gateway with a mount point.
var exampleURLs = occi.URLs{
	Base:   "http://gw.example.org:8787",
	Mount:  "/occi1.1",
	Mounts: []string{"", "/occi1.1", "/occi1.2"},
}

const (
	templateOS       = "http://schemas.openstack.org/template/os#"
	templateResource = "http://schemas.openstack.org/template/resource#"
)

// exampleModel is the standard's model with what OpenStack adds.
func exampleModel() *occi.Model {
	compute := []occi.ID{occi.ComputeID}
	return occi.Infrastructure().With(
		&occi.Mixin{
			ID: occi.ID{Scheme: templateOS, Term: "cirros"}, Title: "CirrOS 0.6", Location: "/os_tpl/cirros/",
			Depends: []occi.ID{occi.OSTemplateID}, Applies: compute, Aliases: []string{"cirros-latest"},
		},
		&occi.Mixin{
			ID: occi.ID{Scheme: templateResource, Term: "m1-small"}, Title: "Flavor: m1.small", Location: "/resource_tpl/m1-small/",
			Depends: []occi.ID{occi.ResourceTemplateID}, Applies: compute,
		},
		&occi.Mixin{
			ID:    occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "user_data"},
			Title: "Contextualization data", Location: "/openstack_user_data/", Applies: compute,
			Attributes: []occi.Attribute{{Name: "org.openstack.compute.user_data", Type: occi.StringType}},
		},
		&occi.Mixin{
			ID:    occi.ID{Scheme: "http://schemas.openstack.org/instance/credentials#", Term: "public_key"},
			Title: "SSH public key", Location: "/openstack_public_key/", Applies: compute,
			Attributes: []occi.Attribute{
				{Name: "org.openstack.credentials.publickey.name", Type: occi.StringType},
				{Name: "org.openstack.credentials.publickey.data", Type: occi.StringType},
			},
		},
		&occi.Mixin{
			ID:    occi.ID{Scheme: "http://schemas.openstack.org/network/floatingippool#", Term: "public"},
			Title: "Floating IP pool: public", Location: "/floatingippool/public/", Applies: []occi.ID{occi.NetworkInterfaceID},
		},
	)
}
