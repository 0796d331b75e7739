package keystone

import (
	"strings"
	"testing"
)

// The caller's token goes where the operator wants it, whatever the catalogue says.
func TestCatalogueIsPinned(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options Options
		address string
		usable  bool
	}{
		"any host":                         {Options{URL: "http://ks"}, "http://nova.example.org", true},
		"named":                            {Options{URL: "http://ks", Hosts: []string{"NOVA.example.org"}}, "http://nova.example.org:8774/v2.1", true},
		"below a domain":                   {Options{URL: "http://ks", Hosts: []string{"x", "*.example.org"}}, "http://nova.eu.Example.org", true},
		"the domain is not below itself":   {Options{URL: "http://ks", Hosts: []string{"*.example.org"}}, "http://example.org", false},
		"another domain that ends alike":   {Options{URL: "http://ks", Hosts: []string{"*.example.org"}}, "http://evilexample.org", false},
		"not named":                        {Options{URL: "http://ks", Hosts: []string{"nova.example.org"}}, "http://evil.example.org", false},
		"a name with another after it":     {Options{URL: "http://ks", Hosts: []string{"nova.example.org"}}, "http://nova.example.org.evil.org", false},
		"https":                            {Options{URL: "https://ks"}, "https://nova", true},
		"http beside https":                {Options{URL: "https://ks"}, "http://nova", false},
		"http beside https, as wanted":     {Options{URL: "https://ks", PlainHTTP: true}, "http://nova", true},
		"http beside https, by override":   {Options{URL: "https://ks", Endpoints: map[string]string{"compute": "http://nova"}}, "http://other", true},
		"link-local, even if it was named": {Options{URL: "http://ks", Hosts: []string{"169.254.169.254"}}, "http://169.254.169.254", false},
	} {
		p, err := newPlacement(tc.options.withDefaults())
		if err != nil {
			t.Fatal(err)
		}
		endpoints, _ := p.choose(catalogue{{Type: "compute", Endpoints: []catalogueEndpoint{{Interface: "public", URL: tc.address}}}}, projectID)
		e := endpoints[computeService]
		if (e.err == nil) != tc.usable {
			t.Errorf("%s: %s: got %v, want usable %v", name, tc.address, e.err, tc.usable)
		}
		if e.err != nil && (e.err.Kind != NoService || strings.Contains(e.err.Message, "evil")) {
			t.Errorf("%s: got %v, want NoService that names no address", name, e.err)
		}
	}
}
