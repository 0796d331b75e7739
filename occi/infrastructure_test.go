package occi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// category is a kind, mixin or action as the tables of the documents have it. Attributes are "name type flags", where i
// is immutable to clients and r required of them.
type category struct {
	Parent, Applies     string
	Attributes, Actions []string
}

const (
	inf  = "http://schemas.ogf.org/occi/infrastructure"
	core = "http://schemas.ogf.org/occi/core#"
)

var (
	entityAttributes   = []string{"occi.core.id string i", "occi.core.title string"}
	resourceAttributes = append(entityAttributes[:2:2], "occi.core.summary string")
	linkAttributes     = append(entityAttributes[:2:2],
		"occi.core.source string r", "occi.core.target string r", "occi.core.target.kind string")
)

// standard is typed from GFD.221 §5.4, GFD.224 §3 and, for what only 1.1 has, GFD.184 §3.
var standard = map[string]category{
	core + "entity":   {Attributes: entityAttributes},
	core + "resource": {Parent: core + "entity", Attributes: resourceAttributes},
	core + "link":     {Parent: core + "entity", Attributes: linkAttributes},
	inf + "#compute": {
		Parent: core + "resource",
		Attributes: append(resourceAttributes[:3:3],
			"occi.compute.architecture string",
			"occi.compute.cores whole number",
			"occi.compute.hostname string",
			"occi.compute.share whole number",
			"occi.compute.speed number",
			"occi.compute.memory number",
			"occi.compute.ephemeral_storage.size number", // of GFD.222
			"occi.compute.state string i",
			"occi.compute.state.message string i",
		),
		Actions: []string{
			inf + "/compute/action#start", inf + "/compute/action#stop", inf + "/compute/action#restart",
			inf + "/compute/action#suspend", inf + "/compute/action#save",
		},
	},
	inf + "#storage": {
		Parent: core + "resource",
		Attributes: append(resourceAttributes[:3:3],
			"occi.storage.size number r",
			"occi.storage.state string i",
			"occi.storage.state.message string i",
		),
		Actions: []string{
			inf + "/storage/action#online", inf + "/storage/action#offline", inf + "/storage/action#backup",
			inf + "/storage/action#snapshot", inf + "/storage/action#resize",
		},
	},
	inf + "#network": {
		Parent: core + "resource",
		Attributes: append(resourceAttributes[:3:3],
			"occi.network.vlan whole number",
			"occi.network.label string",
			"occi.network.state string i",
			"occi.network.state.message string i",
		),
		Actions: []string{inf + "/network/action#up", inf + "/network/action#down"},
	},
	inf + "#ipreservation": { // no standard has it: typed from rOCCI-server 2 and ooi
		Parent: inf + "#network",
		Attributes: append(resourceAttributes[:3:3],
			"occi.network.vlan whole number",
			"occi.network.label string",
			"occi.network.state string i",
			"occi.network.state.message string i",
			"occi.ipreservation.address string",
			"occi.ipreservation.used boolean i",
			"occi.ipreservation.state string i",
		),
	},
	inf + "#networkinterface": {
		Parent: core + "link",
		Attributes: append(linkAttributes[:5:5],
			"occi.networkinterface.interface string i",
			"occi.networkinterface.mac string",
			"occi.networkinterface.state string i",
			"occi.networkinterface.state.message string i",
		),
	},
	inf + "#storagelink": {
		Parent: core + "link",
		Attributes: append(linkAttributes[:5:5],
			"occi.storagelink.deviceid string",
			"occi.storagelink.mountpoint string",
			"occi.storagelink.state string i",
			"occi.storagelink.state.message string i",
		),
	},
	inf + "#securitygroup": { // no standard has it: typed from rOCCI-core 5
		Parent: core + "resource",
		Attributes: append(resourceAttributes[:3:3],
			"occi.securitygroup.rules array",
			"occi.securitygroup.state string i",
			"occi.securitygroup.state.message string i",
		),
	},
	inf + "#securitygrouplink": { // likewise
		Parent: core + "link",
		Attributes: append(linkAttributes[:5:5],
			"occi.securitygrouplink.state string i",
			"occi.securitygrouplink.state.message string i",
		),
	},
	inf + "/network#ipnetwork": {
		Applies: inf + "#network",
		Attributes: []string{
			"occi.network.address string", "occi.network.gateway string", "occi.network.allocation string",
		},
	},
	inf + "/networkinterface#ipnetworkinterface": {
		Applies: inf + "#networkinterface",
		Attributes: []string{
			"occi.networkinterface.address string", "occi.networkinterface.gateway string",
			"occi.networkinterface.allocation string",
		},
	},
	inf + "#os_tpl":                  {Applies: inf + "#compute"},
	inf + "#resource_tpl":            {Applies: inf + "#compute"},
	inf + "/credentials#ssh_key":     {Applies: inf + "#compute", Attributes: []string{"occi.credentials.ssh.publickey string"}},
	inf + "/compute#user_data":       {Applies: inf + "#compute", Attributes: []string{"occi.compute.userdata string"}},
	inf + "/compute/action#start":    {},
	inf + "/compute/action#stop":     {Attributes: []string{"method string"}},
	inf + "/compute/action#restart":  {Attributes: []string{"method string"}},
	inf + "/compute/action#suspend":  {Attributes: []string{"method string"}},
	inf + "/compute/action#save":     {Attributes: []string{"method string", "name string"}},
	inf + "/storage/action#online":   {},
	inf + "/storage/action#offline":  {},
	inf + "/storage/action#backup":   {},
	inf + "/storage/action#snapshot": {},
	inf + "/storage/action#resize":   {Attributes: []string{"size number r"}},
	inf + "/network/action#up":       {},
	inf + "/network/action#down":     {},
}

func TestInfrastructure(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	got := map[string]category{}
	for _, k := range model.Kinds() {
		got[k.String()] = category{Parent: k.Parent.String(), Attributes: definitions(k.Attributes), Actions: ids(k.Actions)}
	}
	for _, m := range model.Mixins() {
		if len(m.Applies) != 1 || len(m.Depends) != 0 {
			t.Errorf("%s applies to %v, depends on %v", m.ID, m.Applies, m.Depends)
		}
		got[m.String()] = category{
			Applies: strings.Join(ids(m.Applies), " "), Attributes: definitions(m.Attributes), Actions: ids(m.Actions),
		}
	}
	for _, a := range model.Actions() {
		got[a.String()] = category{Attributes: definitions(a.Attributes)}
	}
	if diff := cmp.Diff(standard, got); diff != "" {
		t.Errorf("(-standard +model):\n%s", diff)
	}
}

func ids(ids []occi.ID) []string {
	var all []string
	for _, id := range ids {
		all = append(all, id.String())
	}
	return all
}

func definitions(attributes []occi.Attribute) []string {
	var all []string
	for _, a := range attributes {
		s := a.Name + " " + a.Type.String()
		flags := ""
		if a.Immutable {
			flags += "i"
		}
		if a.Required {
			flags += "r"
		}
		all = append(all, strings.TrimSpace(s+" "+flags))
	}
	return all
}

// TestModelIsWhole checks what clients need of any model: a location for each kind and mixin, no two alike (jOCCI), and
// every category that another names (rOCCI, jOCCI).
func TestModelIsWhole(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	locations := map[string]string{}
	location := func(path, id string) {
		if !strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/") || len(path) < 3 {
			t.Errorf("%s: %q is no location", id, path)
		}
		if other, taken := locations[path]; taken {
			t.Errorf("%s and %s are both at %s", id, other, path)
		}
		locations[path] = id
	}
	for _, k := range model.Kinds() {
		location(k.Location, k.String())
		for _, alias := range k.Aliases {
			location(alias, k.String())
		}
		if k.ID != occi.EntityID && model.Kind(k.Parent) == nil {
			t.Errorf("%s: its parent %s is not in the model", k.ID, k.Parent)
		}
		for _, a := range k.Actions {
			if model.Action(a) == nil {
				t.Errorf("%s: its action %s is not in the model", k.ID, a)
			}
		}
		if link := k.Parent == occi.LinkID; k.IsLink() != link {
			t.Errorf("%s: IsLink is %t, want %t", k.ID, k.IsLink(), link)
		}
	}
	for _, m := range model.Mixins() {
		location(m.Location, m.String())
		for _, kind := range m.Applies {
			if model.Kind(kind) == nil {
				t.Errorf("%s: it applies to %s, which is not in the model", m.ID, kind)
			}
		}
	}
	terms := map[string]bool{}
	for _, a := range model.Actions() {
		if terms[a.Term] {
			t.Errorf("two actions have the term %q, which rOCCI cannot tell apart", a.Term)
		}
		terms[a.Term] = true
	}
}
