package keystone

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority is a certificate authority of a test.
type authority struct {
	t           *testing.T
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t, key: newKey(t)}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err == nil {
		a.certificate, err = x509.ParseCertificate(der)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// serve starts a server on loopback with a certificate of the authority.
func (a *authority) serve(serial int64) string {
	a.t.Helper()
	key := newKey(a.t)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, a.certificate, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(status(200))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.StartTLS()
	a.t.Cleanup(server.Close)
	return server.URL
}

// revoke makes a revocation list, DER.
func (a *authority) revoke(nextUpdate time.Time, serials ...int64) []byte {
	a.t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: nextUpdate.Add(-time.Hour), NextUpdate: nextUpdate}
	for _, serial := range serials {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: big.NewInt(serial), RevocationTime: time.Now()})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, a.certificate, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return der
}

// trustDirectory is a directory of authorities and a client that trusts them.
type trustDirectory struct {
	t        *testing.T
	path     string
	client   *Client
	warnings []error
	reloads  []error
}

func newTrustDirectory(t *testing.T, url string, files map[string][]byte) *trustDirectory {
	t.Helper()
	d := &trustDirectory{t: t, path: t.TempDir()}
	for name, data := range files {
		d.write(name, data)
	}
	d.client = newClient(t, Options{
		URL: url, CADir: d.path, TrustInterval: time.Nanosecond,
		Warn:          func(err error) { d.warnings = append(d.warnings, err) },
		TrustReloaded: func(err error) { d.reloads = append(d.reloads, err) },
	})
	return d
}

func (d *trustDirectory) write(name string, data []byte) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.path, name), data, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *trustDirectory) remove(name string) {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.path, name)); err != nil {
		d.t.Fatal(err)
	}
}

// want checks whether the server is trusted, and how many warnings and reloads there have been.
func (d *trustDirectory) want(step string, trusted bool, warnings, reloads int) {
	d.t.Helper()
	if err := d.client.Ping(d.t.Context()); (err == nil) != trusted {
		d.t.Errorf("%s: got %v, want trusted %t", step, err, trusted)
	}
	if len(d.warnings) != warnings || len(d.reloads) != reloads {
		d.t.Errorf("%s: got warnings %v and reloads %v, want %d and %d", step, d.warnings, d.reloads, warnings, reloads)
	}
}

func TestAuthoritiesAreReadAgain(t *testing.T) {
	t.Parallel()
	ours, other := newAuthority(t, "ours"), newAuthority(t, "other")
	d := newTrustDirectory(t, ours.serve(7), map[string][]byte{"other.pem": other.pem()})
	d.want("another authority", false, 0, 0)
	d.write("ours.pem", ours.pem())
	d.want("ours is added", true, 0, 1)
	d.want("nothing changes", true, 0, 1)
	d.write("bad.pem", []byte("no PEM"))
	d.want("a bad file beside", true, 1, 2)
	d.remove("ours.pem")
	d.want("ours is gone, open connections too", false, 2, 3)
	d.write("ours.pem", ours.pem())
	d.want("ours is back", true, 3, 4)
	d.remove("ours.pem")
	d.remove("other.pem")
	d.want("nothing is left: what was read before holds", true, 4, 5)
	if err := d.reloads[4]; err == nil {
		t.Error("a directory without authorities is no fault")
	}
}

func TestFileOfAuthoritiesIsReadAgain(t *testing.T) {
	t.Parallel()
	ours, other := newAuthority(t, "ours"), newAuthority(t, "other")
	file := filepath.Join(t.TempDir(), "ca.pem")
	write := func(data []byte) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(other.pem())
	var reloads []error
	c := newClient(t, Options{
		URL: ours.serve(7), CAFile: file, TrustInterval: time.Nanosecond,
		TrustReloaded: func(err error) { reloads = append(reloads, err) },
	})
	for _, step := range []struct {
		name    string
		data    []byte
		trusted bool
	}{
		{"another authority", other.pem(), false},
		{"both", append(ours.pem(), other.pem()...), true},
		{"broken", []byte("-----BEGIN"), true},
		{"another authority again", other.pem(), false},
	} {
		write(step.data)
		if err := c.Ping(t.Context()); (err == nil) != step.trusted {
			t.Errorf("%s: got %v, want trusted %t", step.name, err, step.trusted)
		}
	}
	if len(reloads) < 3 || reloads[len(reloads)-2] == nil {
		t.Errorf("got reloads %v, want the last but one to fail", reloads)
	}
}

func TestRevocationLists(t *testing.T) {
	t.Parallel()
	ours := newAuthority(t, "ours")
	namesake := newAuthority(t, "ours")
	future, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	asPEM := func(der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}) }

	d := newTrustDirectory(t, ours.serve(7), map[string][]byte{"ours.pem": ours.pem(), "01234567.r0": ours.revoke(future, 8, 9)})
	d.want("others are revoked", true, 0, 0)
	d.write("01234567.r0", namesake.revoke(future, 7, 8, 9))
	d.want("revoked by somebody of the same name", true, 0, 1)
	d.write("01234567.r0", ours.revoke(future, 7))
	d.want("revoked", false, 0, 2)
	d.write("01234567.r0", []byte("half a li"))
	d.want("a broken list: the one before holds", false, 1, 3)
	d.write("01234567.r0", asPEM(ours.revoke(past, 7, 8)))
	d.want("revoked, in PEM, and too old", false, 2, 4)
	d.write("01234567.r0", asPEM(ours.revoke(future)))
	d.want("nobody is revoked", true, 2, 5)
}
