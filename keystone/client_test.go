package keystone

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestChallenge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ url, publicURL, want string }{
		{"http://ks:5000", "", "Keystone uri='http://ks:5000'"},
		{"http://ks:5000/", "", "Keystone uri='http://ks:5000'"},
		{"http://ks:5000/v3", "", "Keystone uri='http://ks:5000'"},
		{"http://ks:5000/v3/", "", "Keystone uri='http://ks:5000'"},
		{"https://cloud.example.org/identity/v3", "", "Keystone uri='https://cloud.example.org/identity'"},
		{"https://cloud.example.org/identity//", "", "Keystone uri='https://cloud.example.org/identity'"},
		{"http://10.0.0.1:5000/v3", "https://ks.example.org:5000/v2.0/", "Keystone uri='https://ks.example.org:5000'"},
		{"http://[2001:db8::1]:5000/v3", "", "Keystone uri='http://[2001:db8::1]:5000'"},
	} {
		c := newClient(t, Options{URL: tc.url, PublicURL: tc.publicURL})
		if got := c.Challenge(); got != tc.want {
			t.Errorf("URL %q, PublicURL %q: got %q, want %q", tc.url, tc.publicURL, got, tc.want)
		}
	}
}

func TestNewReportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := New(Options{
		URL:              "ftp://ks",
		PublicURL:        "http://ks/it's",
		Interface:        "secret",
		Endpoints:        map[string]string{"dns": "http://dns"},
		CAFile:           "no-such-file.pem",
		ConnectTimeout:   -time.Second,
		MaxResponseBytes: -1,
		CacheSize:        -1,
	})
	if err == nil {
		t.Fatal("New: no error")
	}
	for _, want := range []string{
		`"ftp://ks" is neither http nor https`, "PublicURL", `Interface: "secret"`, `"dns" is no service`,
		"no-such-file.pem", "ConnectTimeout", "MaxResponseBytes", "CacheSize",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("New: error %q does not name %q", err, want)
		}
	}
}

func TestNewRefusesURLs(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "ks:5000", "//ks:5000", "http://", "http://user:password@ks", "http://ks?x=1", "http://ks#x",
		"http://169.254.169.254", "http://[fe80::1]:5000", "http://0.0.0.0:5000", "http://ks:port", "http://\x00",
	} {
		_, err := New(Options{URL: url})
		if err == nil {
			t.Errorf("New(URL %q): no error", url)
			continue
		}
		if strings.Contains(err.Error(), "password") {
			t.Errorf("New(URL %q): error %q quotes the password", url, err)
		}
		if _, err := New(Options{URL: "http://ks", Endpoints: map[string]string{"compute": url}}); err == nil {
			t.Errorf("New(Endpoints %q): no error", url)
		}
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		want   Kind
	}{
		{http.StatusMultipleChoices, 0}, // what Keystone answers
		{http.StatusOK, 0},
		{http.StatusFound, 0},
		{http.StatusNotFound, 0},
		{http.StatusInternalServerError, Unavailable},
		{http.StatusServiceUnavailable, Unavailable},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/identity/" || r.Header.Get("X-Auth-Token") != "" {
				t.Errorf("got %s with token %q, want /identity/ without", r.URL, r.Header.Get("X-Auth-Token"))
			}
			w.WriteHeader(tc.status)
		}))
		t.Cleanup(srv.Close)
		c := newClient(t, Options{URL: srv.URL + "/identity/v3"})
		if got := kindOf(t, c.Ping(t.Context())); got != tc.want {
			t.Errorf("status %d: got %v, want %v", tc.status, got, tc.want)
		}
		srv.Close()
		if got := kindOf(t, c.Ping(t.Context())); got != Unavailable {
			t.Errorf("gone: got %v, want %v", got, Unavailable)
		}
	}
}
