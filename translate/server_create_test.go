package translate

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// newCompute is a compute that a client wants.
func newCompute(change func(*occi.Entity)) *occi.Entity {
	e := &occi.Entity{Kind: testModel().Kind(occi.ComputeID)}
	change(e)
	return e
}

// linkTo is an inline link of a compute that a client wants.
func linkTo(kind, target occi.ID, id string, attributes ...string) occi.Entity {
	m := testModel()
	return occi.Entity{Kind: m.Kind(kind), Target: occi.Ref{Kind: m.Kind(target), ID: id}, Attributes: texts(attributes...)}
}

func TestServerCreateOpts(t *testing.T) {
	t.Parallel()
	const script = "#!/bin/sh\n"
	for _, c := range []struct {
		name    string
		wanted  func(*occi.Entity)
		version string
		body    string
	}{
		{"nothing", func(*occi.Entity) {}, "2.36", `{"name": "occi", "imageRef": "I", "flavorRef": "1"}`},
		{
			"title and summary", func(e *occi.Entity) { e.Title, e.Summary = " my one ", "words" }, "2.36",
			`{"name": "my one", "description": "words", "imageRef": "I", "flavorRef": "1"}`,
		},
		{
			"host name alone", func(e *occi.Entity) { e.Attributes = texts("occi.compute.hostname", "h.example.org") }, "2.36",
			`{"name": "h.example.org", "imageRef": "I", "flavorRef": "1"}`,
		},
		{
			"host name like the title, as rOCCI",
			func(e *occi.Entity) {
				e.Title, e.Attributes = "my one", texts("occi.compute.hostname", "my one")
			},
			"2.36", `{"name": "my one", "imageRef": "I", "flavorRef": "1"}`,
		},
		{
			"host name of its own", func(e *occi.Entity) {
				e.Title, e.Attributes = "my one", texts("occi.compute.hostname", "h1.example.org")
			},
			"2.90", `{"name": "my one", "hostname": "h1", "imageRef": "I", "flavorRef": "1", "networks": "auto"}`,
		},
		{
			"user data", func(e *occi.Entity) { e.Attributes = texts("occi.compute.userdata", script) }, "2.36",
			`{"name": "occi", "imageRef": "I", "flavorRef": "1", "user_data": "` + base64.StdEncoding.EncodeToString([]byte(script)) + `"}`,
		},
		{
			"wishes that Nova cannot grant", func(e *occi.Entity) {
				e.Attributes = texts("occi.compute.architecture", "x86", "occi.compute.cores", "8", "occi.compute.share", "1", "occi.compute.speed", "2.4")
			}, "2.36", `{"name": "occi", "imageRef": "I", "flavorRef": "1"}`,
		},
		{
			"links", func(e *occi.Entity) {
				e.Links = []occi.Entity{
					linkTo(occi.NetworkInterfaceID, occi.NetworkID, netE),
					linkTo(occi.StorageLinkID, occi.StorageID, volumeC, "occi.storagelink.deviceid", "/dev/vdb"),
					linkTo(occi.NetworkInterfaceID, occi.NetworkID, nobody, "occi.networkinterface.address", "10.0.0.9"),
				}
			},
			"2.36",
			`{"name": "occi", "imageRef": "I", "flavorRef": "1",
			"networks": [{"uuid": "` + netE + `"}, {"uuid": "` + nobody + `", "fixed_ip": "10.0.0.9"}],
			"block_device_mapping_v2": [
			{"source_type": "image", "destination_type": "local", "uuid": "I", "boot_index": 0, "delete_on_termination": true},
			{"source_type": "volume", "destination_type": "volume", "uuid": "` + volumeC + `", "boot_index": -1, "device_name": "/dev/vdb", "delete_on_termination": false}]}`,
		},
	} {
		opts, err := serverCreateOpts(newCompute(c.wanted), &image{ID: "I"}, &tiny, "", "occi")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		body, err := opts.ToServerCreateMap()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(asJSON(t, `{"server": `+c.body+`}`), asJSON(t, body)); diff != "" {
			t.Errorf("%s: body (-want +got):\n%s", c.name, diff)
		}
		if version := opts.version(novaVersion{2, 93}); version != c.version {
			t.Errorf("%s: version %s, want %s", c.name, version, c.version)
		}
	}
}

// asJSON decodes a JSON text, or any other value after encoding it.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	text, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		text = string(b)
	}
	var decoded any
	if err := json.Unmarshal([]byte(text), &decoded); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return decoded
}

func TestServerCreateOptsRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		link occi.Entity
		code occi.Code
	}{
		{"interface to a storage", linkTo(occi.NetworkInterfaceID, occi.StorageID, volumeC), occi.Invalid},
		{"storage link to a network", linkTo(occi.StorageLinkID, occi.NetworkID, netE), occi.Invalid},
		{"network that cannot exist", linkTo(occi.NetworkInterfaceID, occi.NetworkID, "../flavors"), occi.Invalid},
		{"storage that cannot exist", linkTo(occi.StorageLinkID, occi.StorageID, "1"), occi.Invalid},
		{"address that is none", linkTo(occi.NetworkInterfaceID, occi.NetworkID, netE, "occi.networkinterface.address", "10.0.0"), occi.Invalid},
		{"MAC address", linkTo(occi.NetworkInterfaceID, occi.NetworkID, netE, "occi.networkinterface.mac", "fa:16:3e:00:00:01"), occi.Unimplemented},
		{"link of no kind of its own", linkTo(occi.LinkID, occi.NetworkID, netE), occi.Invalid},
	} {
		_, err := serverCreateOpts(newCompute(func(e *occi.Entity) { e.Links = []occi.Entity{c.link} }), &image{ID: "I"}, &tiny, "", "occi")
		if codeOf(err) != c.code {
			t.Errorf("%s: error %v, want code %d", c.name, err, c.code)
		}
	}
	for _, hostname := range []string{"a_b", "a", "-ab", "größer", ".example.org", "two words"} {
		_, err := serverCreateOpts(newCompute(func(e *occi.Entity) {
			e.Title, e.Attributes = "title", texts("occi.compute.hostname", hostname)
		}), &image{ID: "I"}, &tiny, "", "occi")
		if codeOf(err) != occi.Invalid {
			t.Errorf("host name %q: error %v, want Invalid", hostname, err)
		}
	}
}
