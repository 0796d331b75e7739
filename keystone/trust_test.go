package keystone

import (
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTrust(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(status(200))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	other := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("canary")})

	dir := t.TempDir()
	write := func(name string, data ...[]byte) string {
		t.Helper()
		var all []byte
		for _, d := range data {
			all = append(all, d...)
		}
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, all, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	bundle := write("bundle/ca.txt", []byte("a comment\n"), other, cert)
	keyOnly := write("bundle/key.pem", other)
	broken := write("bundle/broken.pem", cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))
	// A directory as the IGTF distribution makes it: hash links, files of other kinds, one of them bad.
	igtf := filepath.Dir(write("igtf/lab.pem", cert))
	write("igtf/bad.pem", []byte("no PEM"))
	write("igtf/lab.signing_policy", []byte("access_id_CA X509 '/CN=lab'"))
	write("igtf/lab.crl_url", []byte("http://crl"))
	write("igtf/sub.pem/x", cert)
	for _, link := range []string{"0123abcd.0", "89ef4567.0"} {
		if err := os.Symlink("lab.pem", filepath.Join(igtf, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("gone.pem", filepath.Join(igtf, "deadbeef.0")); err != nil {
		t.Fatal(err)
	}
	onlyBad := filepath.Dir(write("bad/bad.pem", []byte("no PEM")))
	useless := filepath.Dir(write("useless/readme.txt", cert))

	for name, tc := range map[string]struct {
		options  Options
		fault    string // of New
		trusted  bool
		warnings int
	}{
		"system store":       {Options{}, "", false, 0},
		"insecure":           {Options{Insecure: true}, "", true, 0},
		"file":               {Options{CAFile: bundle}, "", true, 0},
		"directory":          {Options{CADir: igtf}, "", true, 2},
		"file and directory": {Options{CAFile: bundle, CADir: igtf}, "", true, 2},
		"no file":            {Options{CAFile: dir + "/gone"}, "gone", false, 0},
		"file with key only": {Options{CAFile: keyOnly}, "no certificate found", false, 0},
		"file half broken":   {Options{CAFile: broken}, "broken.pem", false, 0},
		"no directory":       {Options{CADir: dir + "/gone"}, "gone", false, 0},
		"only bad files":     {Options{CADir: onlyBad}, "no certificate found", false, 0},
		"useless directory":  {Options{CADir: useless}, "no certificate found", false, 0},
	} {
		var warnings []error
		tc.options.URL = srv.URL
		tc.options.Warn = func(err error) { warnings = append(warnings, err) }
		c, err := New(tc.options)
		if tc.fault != "" {
			if err == nil || !strings.Contains(err.Error(), tc.fault) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: New: %v, want an error naming %q", name, err, tc.fault)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: New: %v", name, err)
			continue
		}
		if err := c.Ping(t.Context()); (err == nil) != tc.trusted {
			t.Errorf("%s: Ping: %v, want trusted %v", name, err, tc.trusted)
		}
		if len(warnings) != tc.warnings {
			t.Errorf("%s: warnings %v, want %d", name, warnings, tc.warnings)
		}
		c.Close()
	}
}
