package translate

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/occigate/occigate/occi"
)

var (
	cirros  = image{ID: "ebfad8de-0f19-4ed8-ab53-ad7cf18dcd47", Name: "cirros", Status: "active", MinDisk: 1, Architecture: "x86_64"}
	tiny    = flavors.Flavor{ID: "1", Name: "m1.tiny", VCPUs: 1, RAM: 512, Disk: 1}
	scratch = flavors.Flavor{ID: "s.2", Name: "scratch", VCPUs: 2, RAM: 1536, Disk: 10, Ephemeral: 20, Swap: 512}
	large   = flavors.Flavor{ID: "3", Name: "m1.large", VCPUs: 8, RAM: 8192}
)

// testModel is the model without templates.
func testModel() *occi.Model { return baseModel() }

func testTemplates() *templates {
	return newTemplates(testModel(), []image{cirros}, []flavors.Flavor{large, scratch, tiny})
}

func TestComputeEntity(t *testing.T) {
	t.Parallel()
	s := &server{
		ID: serverA, Name: "one", Description: "my words", Hostname: "host-one", Status: "ACTIVE",
		Image: imageRef(cirros.ID), Flavor: serverFlavorOf(scratch),
	}
	model := testModel()
	with := serverParts{
		templates:   testTemplates(),
		ports:       []ports.Port{{ID: portD, NetworkID: netE, DeviceID: serverA, DeviceOwner: "compute:nova"}},
		attachments: []attachment{{serverID: serverA, volumeID: volumeC, device: "/dev/vdb"}},
	}
	e := computeEntity(model, s, with)
	checkOutline(
		t, e,
		"compute "+serverA, "title one", "summary my words",
		"mixin "+cirros.ID, "mixin x--s_2e2",
		"occi.compute.architecture=x64", "occi.compute.cores=2", "occi.compute.hostname=host-one",
		"occi.compute.memory=1.5", "occi.compute.ephemeral_storage.size=20", "occi.compute.state=active",
		"action stop", "action restart", "action suspend", "action save",
	)
	var links []string
	for _, l := range e.Links {
		links = append(links, l.Kind.Term+" "+l.ID)
	}
	want := []string{"networkinterface " + serverA + "_" + portD, "storagelink " + serverA + "_" + volumeC}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestComputeEntityWithoutItsTemplates(t *testing.T) {
	t.Parallel()
	gone := &server{ID: serverA, Name: "one", Description: "one", Status: "SHUTOFF", Image: "deleted", Flavor: serverFlavor{Name: "old", VCPUs: 3, RAM: 256, Ephemeral: 5}}
	replaced := *gone
	replaced.Flavor = serverFlavorOf(tiny)
	replaced.Flavor.RAM = 256 // an older flavor of that name
	replaced.Flavor.VCPUs = 3
	for name, s := range map[string]*server{"deleted": gone, "replaced": &replaced} {
		for known, templates := range map[string]*templates{"templates": testTemplates(), "none": nil} {
			t.Run(name+"/"+known, func(t *testing.T) {
				t.Parallel()
				checkOutline(
					t, computeEntity(testModel(), s, serverParts{templates: templates}),
					append([]string{"compute " + serverA, "title one"}, "occi.compute.cores=3", "occi.compute.hostname=one", "occi.compute.memory=0.25",
						"occi.compute.state=inactive", "action start", "action save")...,
				)
			})
		}
	}
}

func TestServerFromNova(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		want       server
	}{
		{
			"from an image", `{"id": "a", "name": "n", "status": "ACTIVE", "OS-EXT-STS:task_state": "suspending",
			"OS-EXT-SRV-ATTR:hostname": "h", "description": null, "image": {"id": "i", "links": []},
			"flavor": {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 2, "swap": 3, "original_name": "m1.tiny", "extra_specs": {}}}`,
			server{
				ID: "a", Name: "n", Status: "ACTIVE", TaskState: "suspending", Hostname: "h", Image: "i",
				Flavor: serverFlavor{Name: "m1.tiny", VCPUs: 1, RAM: 512, Disk: 1, Ephemeral: 2, Swap: 3},
			},
		},
		{"from a volume", `{"id": "a", "image": "", "OS-EXT-STS:task_state": null}`, server{ID: "a"}},
		{"without image", `{"id": "a", "image": null}`, server{ID: "a"}},
	} {
		var got server
		if err := json.Unmarshal([]byte(c.body), &got); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
