package occi_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/occigate/occigate/occi"
)

func TestURLs(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	ref := occi.Ref{Kind: model.Kind(occi.ComputeID), ID: "a/b?c"}
	if got, want := exampleURLs.Entity(ref), "http://gw.example.org:8787/occi1.1/compute/a%2Fb%3Fc"; got != want {
		t.Errorf("Entity: got %s, want %s", got, want)
	}
	if got, want := exampleURLs.EntityPath(ref), "/occi1.1/compute/a%2Fb%3Fc"; got != want {
		t.Errorf("EntityPath: got %s, want %s", got, want)
	}
	if got, want := exampleURLs.Path("/compute/"), "/occi1.1/compute/"; got != want {
		t.Errorf("Path: got %s, want %s", got, want)
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	for reference, want := range map[string]string{ // kind and id, or the error
		"http://gw.example.org:8787/occi1.1/compute/1":    "compute 1",
		"http://gw.example.org:8787/occi1.2/compute/1":    "compute 1",
		"http://gw.example.org:8787/compute/1":            "compute 1",
		"https://GW.example.org:8787/compute/1/":          "compute 1", // a proxy may have ended TLS
		"http://gw.example.org:8787//occi1.1//compute//1": "compute 1",
		"/occi1.1/storage/1":                              "storage 1",
		"/storage/1":                                      "storage 1",
		"//storage/1":                                     "storage 1",
		"//occi1.1//networklink/a_1.2.3.4":                "networkinterface a_1.2.3.4",
		"/compute/a%2Db":                                  "compute a-b",
		"http://gw.example.org/compute/1":                 `"http://gw.example.org/compute/1" is not below http://gw.example.org:8787/occi1.1`,
		"http://evil.example.org/compute/1":               `"http://evil.example.org/compute/1" is not below http://gw.example.org:8787/occi1.1`,
		"":                                                `"" is not the URL of an entity of this provider`,
		"compute/1":                                       `"compute/1" is not the URL of an entity of this provider`,
		"urn:uuid:1":                                      `"urn:uuid:1" is not the URL of an entity of this provider`,
		"/occi1.3/compute/1":                              `"/occi1.3/compute/1" is not the URL of an entity of this provider`,
		"/occi1.1":                                        `"/occi1.1" is not the URL of an entity of this provider`,
		"/compute/":                                       `"/compute/" is not the URL of an entity of this provider`,
		"/compute/%2e%2e":                                 `"/compute/%2e%2e" is not the URL of an entity of this provider`,
		"/compute/1%3Fall_tenants=1":                      `"/compute/1%3Fall_tenants=1" is not the URL of an entity of this provider`,
		"/compute/1%2F..":                                 `"/compute/1%2F.." is not the URL of an entity of this provider`,
		"/compute/1?action=start":                         `"/compute/1?action=start" is no URL of an entity`,
		"/compute/1#a":                                    `"/compute/1#a" is no URL of an entity`,
		"/compute/%":                                      `"/compute/%" is no URL of an entity`,
		"http://gw.example.org:8787:1/compute/1":          `"http://gw.example.org:8787:1/compute/1" is no URL of an entity`,
	} {
		ref, err := exampleURLs.Resolve(model, reference)
		got := ""
		switch {
		case err != nil && occi.CodeOf(err) == occi.Invalid && ref.IsZero():
			got = err.Error()
		case err == nil:
			got = ref.Kind.Term + " " + ref.ID
		}
		if got != want {
			t.Errorf("Resolve(%q): got %s, want %s", reference, got, want)
		}
	}
}

// TestMounts checks that the longest mount is cut off, and only whole segments.
func TestMounts(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	urls := occi.URLs{Base: "http://gw", Mount: "/c", Mounts: []string{"", "/cloud/occi", "/cloud", "/c"}}
	for _, path := range []string{"/compute/1", "/c/compute/1", "/cloud/compute/1", "/cloud/occi/compute/1"} {
		if ref, err := urls.Resolve(model, path); err != nil || ref.ID != "1" {
			t.Errorf("Resolve(%q): got %v, %v", path, ref, err)
		}
	}
	if ref, err := urls.Resolve(model, "/cloud/c/compute/1"); err == nil {
		t.Errorf("two mounts: got %v, want an error", ref)
	}
}

// TestResolveEntity checks that every entity's URL leads back to it, whatever the mount.
func TestResolveEntity(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure()
	rapid.Check(t, func(t *rapid.T) {
		ref := occi.Ref{
			Kind: rapid.SampledFrom(model.Kinds()).Draw(t, "kind"),
			ID:   rapid.StringMatching(`[A-Za-z0-9._:@~+-]{1,40}`).Filter(occi.IsID).Draw(t, "id"),
		}
		made := exampleURLs
		made.Mount = rapid.SampledFrom(made.Mounts).Draw(t, "mount")
		for _, reference := range []string{made.Entity(ref), made.EntityPath(ref)} {
			got, err := exampleURLs.Resolve(model, reference)
			if err != nil || got != ref {
				t.Errorf("Resolve(%q): got %v, %v, want %v", reference, got, err, ref)
			}
		}
	})
}

func TestCollapseSlashes(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"": "", "/": "/", "//": "/", "///a//b/": "/a/b/", "/a/b": "/a/b", "a//b": "a/b",
	} {
		if got := occi.CollapseSlashes(path); got != want {
			t.Errorf("CollapseSlashes(%q): got %q, want %q", path, got, want)
		}
	}
}
