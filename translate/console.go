package translate

import (
	"context"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/remoteconsoles"

	"github.com/occigate/occigate/occi"
)

// consoleID is the mixin with which a client asks for a way to the console of a compute. It is on no compute: who knows
// the URL needs no other credential, so only the answer to the update that puts it on a compute has it.
var consoleID = occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "console"}

// Attributes of the mixin.
const (
	consoleType = "org.openstack.compute.console.type"
	consoleURL  = "org.openstack.compute.console.url"
)

// consoleMixin is the mixin with consoleID.
func consoleMixin() *occi.Mixin {
	return &occi.Mixin{
		ID: consoleID, Title: "Console", Applies: []occi.ID{occi.ComputeID}, Location: "/console/",
		Attributes: []occi.Attribute{
			{Name: consoleType, Type: occi.StringType, Default: occi.String("novnc"), Description: "novnc, spice-html5, serial or webmks"},
			{Name: consoleURL, Type: occi.StringType, Immutable: true, Description: "URL for a browser, good for a short time"},
		},
	}
}

// consoleProtocols are the types of consoles that there are, with their protocols. Compute API: "Create Remote Console".
var consoleProtocols = map[string]remoteconsoles.ConsoleProtocol{
	"novnc":       remoteconsoles.ConsoleProtocolVNC,
	"spice-html5": remoteconsoles.ConsoleProtocolSPICE,
	"serial":      remoteconsoles.ConsoleProtocolSerial,
	"webmks":      remoteconsoles.ConsoleProtocolMKS,
}

// wantedConsole returns the type of the console that an update asks for, "" if it asks for none.
func wantedConsole(change *occi.Change) (string, error) {
	if change.Mixin(consoleID) == nil {
		return "", nil
	}
	wanted := strings.TrimSpace(change.Attributes.Text(consoleType))
	if wanted == "" {
		return "novnc", nil
	}
	if _, known := consoleProtocols[wanted]; !known {
		return "", occi.Errorf(occi.Invalid, "attribute %s: %q is none of novnc, spice-html5, serial and webmks", consoleType, clip(wanted, 80))
	}
	return wanted, nil
}

// console asks Nova for a URL of a server's console.
func (c computes) console(ctx context.Context, id, wanted string) (string, error) {
	if !c.novaVersion(ctx).has(withConsoles) {
		return "", occi.Errorf(occi.Unimplemented, "this provider's OpenStack is too old to show consoles here")
	}
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return "", err
	}
	made, err := remoteconsoles.Create(ctx, nova, id, remoteconsoles.CreateOpts{
		Protocol: consoleProtocols[wanted], Type: remoteconsoles.ConsoleType(wanted),
	}).Extract()
	if err != nil {
		return "", c.refusedAction(ctx, err, addressed(occi.ComputeID, id))
	}
	return made.URL, nil
}

// showConsole adds a console to the answer to the update that asked for it.
func (c computes) showConsole(e *occi.Entity, wanted, url string) {
	e.Mixins = append(slices.Clip(e.Mixins), c.translator.base.Mixin(consoleID))
	e.Attributes = slices.Clip(e.Attributes)
	e.Attributes.SetText(consoleType, wanted)
	e.Attributes.SetText(consoleURL, url)
}
