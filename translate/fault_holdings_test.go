package translate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"

	"github.com/occigate/occigate/occi"
)

// thing is something that the project has.
type thing struct {
	kind  string   // OpenStack's word for it
	id    string   // "" for what has none
	names []string // by which it can be found, with any client: id, title, address
	with  []string // ids of what takes it along when it goes
	line  string   // what it is like, without ids
}

// wordsFor are what errors call things: OCCI's words, and OpenStack's for what OCCI does not know.
var wordsFor = map[string]string{
	"server": "compute", "volume": "storage", "snapshot": "snapshot", "backup": "backup", "port": "networkinterface",
	"network": "network", "floating IP": "floating IP|ipreservation|networkinterface", "group": "securitygroup", "keypair": "keypair",
	"image": "os_tpl",
}

// isNamedIn reports whether an error tells the user who has to clean up what to look for: the kind, followed by an id,
// a title or an address in quotes. A link's id has that of its end.
func (x thing) isNamedIn(err error) bool {
	var quoted []string
	for _, name := range x.names {
		if name != "" {
			quoted = append(quoted, regexp.QuoteMeta(name))
		}
	}
	pattern := `\b(` + wordsFor[x.kind] + `)( named)? "([^"]*[_ ])?(` + strings.Join(quoted, "|") + `)"`
	return regexp.MustCompile(pattern).MatchString(told(err))
}

// leftOver are the things that were not there before, but for those that go with another of these.
func leftOver(before, after []thing) []thing {
	isNew := func(id string) bool {
		return id != "" && !slices.ContainsFunc(before, func(x thing) bool { return x.id == id })
	}
	return slices.DeleteFunc(slices.Clone(after), func(x thing) bool { return !isNew(x.id) || slices.ContainsFunc(x.with, isNew) })
}

// unnamed are the lines of things but for those that are not wanted and that an error has named.
func unnamed(of []thing, wanted []string, err error) []string {
	wanted = slices.Clone(wanted)
	var all []string
	for _, x := range of {
		i := slices.Index(wanted, x.line)
		switch {
		case i >= 0:
			wanted = slices.Delete(wanted, i, i+1)
		case x.isNamedIn(err):
			continue
		}
		all = append(all, x.line)
	}
	slices.Sort(all)
	return all
}

// lines are what things are like.
func lines(of []thing) []string {
	var all []string
	for _, x := range of {
		all = append(all, x.line)
	}
	slices.Sort(all)
	return all
}

// holdings are what the project has.
func (b *bench) holdings(t *testing.T) []thing {
	t.Helper()
	var all []thing
	add := func(x thing, format string, args ...any) {
		x.line = x.kind + " " + anyID.ReplaceAllString(fmt.Sprintf(format, args...), "*")
		x.names = append(x.names, x.id)
		all = append(all, x)
	}
	bootedBy := make(map[string]string)
	for _, s := range b.Servers("demo") {
		for _, id := range s.VolumeIDs {
			bootedBy[id] = s.ID
		}
		add(thing{kind: "server", id: s.ID, names: []string{s.Name}}, "%s %s %s image=%s flavor=%s volumes=%d %v %v %v",
			s.Name, s.Description, s.Status, b.imageName(s.ImageID), s.FlavorID, len(s.VolumeIDs), s.Metadata, s.Tags, s.SecurityGroups)
	}
	for _, v := range b.Volumes("demo") {
		add(thing{kind: "volume", id: v.ID, names: []string{v.Name}, with: []string{bootedBy[v.ID]}}, "%s %s %s %d GiB from=%t servers=%d %v",
			v.Name, v.Description, v.Status, v.SizeGB, v.SnapshotID != "", len(v.ServerIDs), v.Metadata)
	}
	for _, s := range b.Snapshots("demo") {
		add(thing{kind: "snapshot", id: s.ID, names: []string{s.Name}}, "%s %d GiB", s.Status, s.SizeGB)
	}
	for _, x := range b.Backups("demo") {
		add(thing{kind: "backup", id: x.ID, names: []string{x.Name}}, "%s", x.Status)
	}
	servedBy := make(map[string]string)
	for _, p := range b.Ports("demo") {
		servedBy[p.ID] = p.DeviceID
		add(thing{kind: "port", id: p.ID, names: append(p.Addresses, p.MAC), with: []string{p.DeviceID, p.NetworkID}}, "%s of %s %v groups=%d %v",
			p.Name, p.DeviceOwner, p.Status, len(p.SecurityGroups), p.Tags)
	}
	for _, n := range b.Networks("demo") {
		add(thing{kind: "network", id: n.ID, names: []string{n.Name}}, "%s %s subnets=%d %v", n.Name, n.Description, len(n.SubnetIDs), n.Tags)
	}
	addresses, err := b.cloud.floatingIPs(t.Context(), floatingips.ListOpts{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range addresses {
		add(thing{kind: "floating IP", id: f.ID, names: []string{f.FloatingIP}, with: []string{servedBy[f.PortID]}}, "%q used=%t %v", f.Description, f.PortID != "", f.Tags)
	}
	groups, err := b.cloud.List(t.Context(), b.cloud.kind(occi.SecurityGroupID), occi.Query{}, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		add(thing{kind: "group", id: g.ID, names: []string{g.Title}}, "%s", outline(g))
	}
	for _, i := range b.Images() {
		if i.Visibility == "private" {
			add(thing{kind: "image", id: i.ID, names: []string{i.Name}}, "%s %s", i.Name, i.Status)
		}
	}
	for _, k := range b.ownKeypairs() {
		add(thing{kind: "keypair", id: k}, "%s", k)
	}
	return all
}

// imageName is the name of an image, whose id differs from one simulated cloud to another.
func (b *bench) imageName(id string) string {
	for _, i := range b.Images() {
		if i.ID == id {
			return i.Name
		}
	}
	return ""
}
