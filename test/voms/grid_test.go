package voms_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// grid is a small grid: authorities, people, VOMS servers, and the directories that a site trusts.
type grid struct {
	certificates, vomsdir string

	ca    *authority
	user  credential
	other credential // a second person
	voms  credential // the server of the VO dteam
}

const (
	member   = "/dteam/Role=NULL/Capability=NULL"
	operator = "/dteam/ops/Role=lcgadmin/Capability=NULL"
)

var (
	authorityName = []string{"DC=org", "DC=example", "CN=Test Grid CA"}
	userName      = []string{"DC=org", "DC=example", "O=People", "CN=Jane Doe"}
	serverName    = []string{"DC=org", "DC=example", "O=Hosts", "CN=voms.example.org"}
)

const (
	userDN      = "/DC=org/DC=example/O=People/CN=Jane Doe"
	authorityDN = "/DC=org/DC=example/CN=Test Grid CA"
)

func newGrid(t *testing.T) *grid {
	t.Helper()
	directory := t.TempDir()
	g := &grid{certificates: filepath.Join(directory, "certificates"), vomsdir: filepath.Join(directory, "vomsdir")}
	g.ca = newAuthority(t, authorityName...)
	g.user = g.ca.user(t, userName...)
	g.other = g.ca.user(t, "DC=org", "DC=example", "O=People", "CN=Joe Bloggs")
	g.voms = g.ca.host(t, serverName...)
	write(t, filepath.Join(g.vomsdir, "dteam", "voms.example.org.lsc"),
		"/DC=org/DC=example/O=Hosts/CN=voms.example.org\n"+authorityDN+"\n")
	g.trust(t, g.ca, "ca")
	return g
}

// trust puts an authority with its list of revoked certificates into the directory.
func (g *grid) trust(t *testing.T, a *authority, file string, revoked ...credential) {
	t.Helper()
	write(t, filepath.Join(g.certificates, file+".pem"), "")
	writePEM(t, filepath.Join(g.certificates, file+".pem"), "CERTIFICATE", a.certificate.Raw)
	a.revoke(t, filepath.Join(g.certificates, file+".crl.pem"), time.Now().Add(24*time.Hour), revoked...)
	g.rehash(t)
}

// rehash makes the links by which OpenSSL finds certificates and lists.
func (g *grid) rehash(t *testing.T) {
	t.Helper()
	if text, err := exec.CommandContext(t.Context(), "openssl", "rehash", g.certificates).CombinedOutput(); err != nil {
		t.Fatalf("openssl rehash: %v\n%s", err, text)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
