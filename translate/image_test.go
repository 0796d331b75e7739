package translate

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// defaultsOf outlines the attributes of a template, and checks that each is well-formed.
func defaultsOf(t *testing.T, all []occi.Attribute) []string {
	t.Helper()
	var defaults []string
	for _, a := range all {
		defaults = append(defaults, a.Name+"="+a.Default.Text())
		if _, ok := a.Default.As(a.Type); !ok {
			t.Errorf("default of %s is no %s", a.Name, a.Type)
		}
	}
	return defaults
}

func TestImageAttributes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		image string // as Glance shows it
		want  []string
	}{
		"nothing": {`{"id": "1", "min_disk": 0, "min_ram": 0}`, nil},
		"sizes and system": {
			`{"min_disk": 10, "min_ram": 512, "architecture": "x86_64", "os_distro": "debian", "os_version": "12"}`,
			[]string{
				"org.openstack.image.min_disk=10", "org.openstack.image.min_ram=512", "org.openstack.image.architecture=x86_64",
				"org.openstack.image.os_distro=debian", "org.openstack.image.os_version=12",
			},
		},
		"cloudkeeper": {
			`{"CLOUDKEEPER_appid": "484", "CLOUDKEEPER_mpuri": "https://appdb.example.org/i:2/", "CLOUDKEEPER_base_mpuri": "https://appdb.example.org/i", "CLOUDKEEPER_version": "2024.1"}`,
			[]string{
				"eu.egi.fedcloud.appliance.appdb.id=484", "eu.egi.fedcloud.appliance.appdb.mpuri=https://appdb.example.org/i:2/",
				"eu.egi.fedcloud.appliance.appdb.base_mpuri=https://appdb.example.org/i",
				"eu.egi.fedcloud.appliance.appdb.version=2024.1",
			},
		},
		"before cloudkeeper": {
			`{"APPLIANCE_ATTRIBUTES": "{\"ad:appid\": \"484\", \"ad:base_mpuri\": \"https://appdb.example.org/i\"}", "vmcatcher_event_ad_mpuri": "https://appdb.example.org/i:1/"}`,
			[]string{
				"eu.egi.fedcloud.appliance.appdb.id=484", "eu.egi.fedcloud.appliance.appdb.mpuri=https://appdb.example.org/i:1/",
				"eu.egi.fedcloud.appliance.appdb.base_mpuri=https://appdb.example.org/i",
			},
		},
		"broken appliance": {`{"APPLIANCE_ATTRIBUTES": "{\"ad:appid\": 7, \"ad:mpuri\": \"m\"}"}`, nil},
		"endless property": {
			`{"os_distro": "` + strings.Repeat("x", 9999) + `"}`,
			[]string{"org.openstack.image.os_distro=" + strings.Repeat("x", maxProperty) + "…"},
		},
	} {
		var i image
		if err := json.Unmarshal([]byte(c.image), &i); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, defaultsOf(t, imageAttributes(i))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAcceleratorAttributes(t *testing.T) {
	t.Parallel()
	const number, model = "eu.egi.fedcloud.compute.gpu.count=", "eu.egi.fedcloud.compute.gpu.device="
	for _, c := range []struct {
		specs map[string]string
		want  []string
	}{
		{nil, nil},
		{map[string]string{"hw:cpu_policy": "dedicated", "resources:VCPU": "4"}, nil},
		{map[string]string{"resources:VGPU": "1", "resources_2:PGPU": "2"}, []string{number + "3"}},
		{map[string]string{"pci_passthrough:alias": "a100:2, h100"}, []string{number + "3", model + "a100 h100"}},
		{map[string]string{"pci_passthrough:alias": ":2,", "resources:VGPU": "-1"}, nil},
		{map[string]string{"pci_passthrough:alias": "a100:many"}, []string{model + "a100"}},
		{map[string]string{"accel:device_profile": "fpga"}, []string{model + "fpga"}},
	} {
		if diff := cmp.Diff(c.want, defaultsOf(t, acceleratorAttributes(c.specs))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.specs, diff)
		}
	}
}
