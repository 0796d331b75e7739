package translate

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
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

// consoleKind is how a type of console is asked for.
type consoleKind struct {
	protocol remoteconsoles.ConsoleProtocol // from 2.6 on
	action   string                         // before, "" if there was none
}

// consoleKinds are the types of consoles that there are. Compute API: "Create Remote Console", "Get VNC Console" and the
// like.
var consoleKinds = map[string]consoleKind{
	"novnc":       {remoteconsoles.ConsoleProtocolVNC, "os-getVNCConsole"},
	"spice-html5": {remoteconsoles.ConsoleProtocolSPICE, "os-getSPICEConsole"},
	"serial":      {remoteconsoles.ConsoleProtocolSerial, "os-getSerialConsole"},
	"webmks":      {remoteconsoles.ConsoleProtocolMKS, ""},
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
	if _, known := consoleKinds[wanted]; !known {
		return "", occi.Errorf(occi.Invalid, "attribute %s: %q is none of novnc, spice-html5, serial and webmks", consoleType, clip(wanted, 80))
	}
	return wanted, nil
}

// console asks Nova for a URL of a server's console.
func (c computes) console(ctx context.Context, id, wanted string) (string, error) {
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return "", err
	}
	kind := consoleKinds[wanted]
	var url string
	switch {
	case c.novaVersion(ctx).has(withConsoles):
		var made *remoteconsoles.RemoteConsole
		made, err = remoteconsoles.Create(ctx, nova, id, remoteconsoles.CreateOpts{
			Protocol: kind.protocol, Type: remoteconsoles.ConsoleType(wanted),
		}).Extract()
		if err == nil {
			url = made.URL
		}
	case kind.action != "":
		url, err = oldConsole(ctx, nova, id, kind.action, wanted)
	default:
		return "", occi.Errorf(occi.Unimplemented, "this provider's OpenStack is too old to show consoles of type %s", wanted)
	}
	if err != nil {
		return "", c.refusedAction(ctx, err, addressed(occi.ComputeID, id))
	}
	return url, nil
}

// oldConsole asks Nova before 2.6, which has an action for each kind of console. Its error is OpenStack's own.
func oldConsole(ctx context.Context, nova *gophercloud.ServiceClient, id, action, wanted string) (string, error) {
	var answer struct {
		Console struct {
			URL string `json:"url"`
		} `json:"console"`
	}
	body := map[string]any{action: map[string]any{"type": wanted}}
	//nolint:bodyclose // closed by gophercloud, which decodes it
	_, err := nova.Post(ctx, nova.ServiceURL("servers", id, "action"), body, &answer, &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK}})
	return answer.Console.URL, err
}

// showConsole adds a console to the answer to the update that asked for it.
func (c computes) showConsole(e *occi.Entity, wanted, url string) {
	e.Mixins = append(slices.Clip(e.Mixins), c.translator.base.Mixin(consoleID))
	e.Attributes = slices.Clip(e.Attributes)
	e.Attributes.SetText(consoleType, wanted)
	e.Attributes.SetText(consoleURL, url)
}
