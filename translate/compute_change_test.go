package translate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

// present is a compute as a client may have read it.
func present(all *templates) occi.Entity {
	return computeEntity(all.model, &server{
		ID: serverA, Name: "one", Description: "words", Hostname: "one", Status: "ACTIVE",
		Image: imageRef(cirros.ID), Flavor: serverFlavorOf(scratch),
	}, serverParts{
		templates:   all,
		ports:       []ports.Port{{ID: portD, NetworkID: netE, DeviceID: serverA, DeviceOwner: "compute:nova"}},
		attachments: []attachment{{serverID: serverA, volumeID: volumeC, device: "/dev/vdb"}},
	})
}

// withSource returns a link from a source.
func withSource(link occi.Entity, source occi.Ref) occi.Entity {
	link.Source = source
	return link
}

func TestPlanComputeChange(t *testing.T) {
	t.Parallel()
	all := testTemplates()
	now := present(all)
	model := all.model
	to := func(kind, target occi.ID, id string) occi.Entity {
		return occi.Entity{Kind: model.Kind(kind), Target: occi.Ref{Kind: model.Kind(target), ID: id}}
	}
	other := osTemplate(image{ID: "other"})
	text := func(s string) *string { return &s }
	linked := withSource(to(occi.StorageLinkID, occi.StorageID, nobody), now.Ref())
	second := to(occi.NetworkInterfaceID, occi.NetworkID, netE)
	second.ID = "invented"
	moved := to(occi.NetworkInterfaceID, occi.NetworkID, nobody)
	moved.ID = linkID(serverA, portD)
	for _, c := range []struct {
		name   string
		change occi.Change
		want   computeChange
		code   occi.Code
	}{
		{"nothing", occi.Change{}, computeChange{}, 0},
		{"everything as it is", occi.Change{Entity: now, Full: true}, computeChange{}, 0},
		{"numbers in another form", occi.Change{Entity: occi.Entity{Attributes: texts("occi.compute.cores", "2.0")}}, computeChange{}, 0},
		{"title", occi.Change{Entity: occi.Entity{Title: "two"}}, computeChange{texts: serverTexts{Name: text("two")}}, 0},
		{"summary", occi.Change{Entity: occi.Entity{Summary: "new"}}, computeChange{texts: serverTexts{Description: text("new")}}, 0},
		{
			"host name",
			occi.Change{Entity: occi.Entity{Attributes: texts("occi.compute.hostname", "two.example.org")}},
			computeChange{texts: serverTexts{Hostname: text("two")}},
			0,
		},
		{"host name that is none", occi.Change{Entity: occi.Entity{Attributes: texts("occi.compute.hostname", "_")}}, computeChange{}, occi.Invalid},
		{"same resource template", occi.Change{Entity: occi.Entity{Mixins: []*occi.Mixin{resourceTemplate(scratch)}}}, computeChange{}, 0},
		{
			"resource template",
			occi.Change{Entity: occi.Entity{Mixins: []*occi.Mixin{resourceTemplate(large)}}},
			computeChange{flavorID: "3"},
			0,
		},
		{
			"resource template with the sizes before, as a PUT repeats them",
			occi.Change{Entity: occi.Entity{
				Mixins:     []*occi.Mixin{resourceTemplate(large)},
				Attributes: texts("occi.compute.cores", "1", "occi.compute.memory", "0.5"),
			}},
			computeChange{flavorID: "3"},
			0,
		},
		{
			"two resource templates",
			occi.Change{Entity: occi.Entity{Mixins: []*occi.Mixin{resourceTemplate(large), resourceTemplate(tiny)}}},
			computeChange{},
			occi.Invalid,
		},
		{"sizes alone", occi.Change{Entity: occi.Entity{Attributes: texts("occi.compute.cores", "4")}}, computeChange{}, occi.Unimplemented},
		{"architecture", occi.Change{Entity: occi.Entity{Attributes: texts("occi.compute.architecture", "x86")}}, computeChange{}, occi.Unimplemented},
		{"state", occi.Change{Entity: occi.Entity{Attributes: texts("occi.compute.state", "inactive")}}, computeChange{}, occi.Forbidden},
		{"OS template", occi.Change{Entity: occi.Entity{Mixins: []*occi.Mixin{other}}}, computeChange{imageID: "other"}, 0},
		{"root mixins", occi.Change{Entity: occi.Entity{Mixins: []*occi.Mixin{model.Mixin(occi.OSTemplateID)}}}, computeChange{}, 0},
		{"user data", occi.Change{Entity: occi.Entity{Mixins: []*occi.Mixin{model.Mixin(occi.UserDataID)}}}, computeChange{}, occi.Forbidden},
		{"foreign mixin", occi.Change{Entity: occi.Entity{Mixins: []*occi.Mixin{model.Mixin(occi.IPNetworkID)}}}, computeChange{}, occi.Unimplemented},
		{
			"links that are there",
			occi.Change{Full: true, Entity: occi.Entity{Links: []occi.Entity{
				to(occi.NetworkInterfaceID, occi.NetworkID, netE), to(occi.StorageLinkID, occi.StorageID, volumeC),
			}}},
			computeChange{},
			0,
		},
		{
			"new link by POST",
			occi.Change{Entity: occi.Entity{Links: []occi.Entity{to(occi.StorageLinkID, occi.StorageID, nobody)}}},
			computeChange{links: []occi.Entity{linked}},
			0,
		},
		{
			"new link by PUT",
			occi.Change{Full: true, Entity: occi.Entity{Links: []occi.Entity{to(occi.StorageLinkID, occi.StorageID, nobody)}}},
			computeChange{},
			occi.Invalid,
		},
		{
			"second interface to a network",
			occi.Change{Entity: occi.Entity{Links: []occi.Entity{second}}},
			computeChange{links: []occi.Entity{withSource(second, now.Ref())}},
			0,
		},
		{"link with its id to another target", occi.Change{Entity: occi.Entity{Links: []occi.Entity{moved}}}, computeChange{}, occi.Forbidden},
		{
			"link with another device",
			occi.Change{Entity: occi.Entity{Links: []occi.Entity{{
				Kind: model.Kind(occi.StorageLinkID), Target: occi.Ref{Kind: model.Kind(occi.StorageID), ID: volumeC},
				Attributes: texts("occi.storagelink.deviceid", "/dev/vdz"),
			}}}},
			computeChange{},
			occi.Unimplemented,
		},
	} {
		got, err := planComputeChange(&now, &c.change)
		if codeOf(err) != c.code {
			t.Errorf("%s: error %v, want code %d", c.name, err, c.code)
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(computeChange{}, metadataChange{}, tagChange{}, occi.Value{})); diff != "" {
			t.Errorf("%s: plan (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestTextsBeforeAChange(t *testing.T) {
	t.Parallel()
	text := "new"
	s := &server{Name: "one", Description: "", Hostname: "h"}
	got := serverTexts{Name: &text, Description: &text}.before(s)
	want := serverTexts{Name: &s.Name, Description: &s.Description}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	body, err := got.ToServerUpdateMap()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asJSON(t, `{"server": {"name": "one", "description": ""}}`), asJSON(t, body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestActionMethod(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		action occi.ID
		method string
		code   occi.Code
	}{
		{occi.StartID, "", 0},
		{occi.StartID, "warm", occi.Invalid},
		{occi.StopID, "", 0},
		{occi.StopID, "graceful", 0},
		{occi.StopID, "acpioff", 0},
		{occi.StopID, "poweroff", 0},
		{occi.StopID, "cold", occi.Invalid},
		{occi.RestartID, "warm", 0},
		{occi.RestartID, "graceful", 0},
		{occi.RestartID, "cold", 0},
		{occi.RestartID, "COLD", occi.Invalid},
		{occi.SuspendID, "hibernate", 0},
		{occi.SuspendID, "suspend", 0},
		{occi.SaveID, "hot", 0},
		{occi.SaveID, "deferred", 0},
		{occi.SaveID, "deffered", 0}, // rOCCI's spelling
		{occi.SaveID, "cold", occi.Invalid},
	} {
		inv := &occi.Invocation{Action: testModel().Action(c.action), Attributes: texts("method", c.method)}
		got, err := actionMethod(inv)
		if codeOf(err) != c.code || err == nil && got != c.method {
			t.Errorf("%s by %q = %q, %v, want code %d", c.action.Term, c.method, got, err, c.code)
		}
	}
}
