package voms_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// credential is a certificate with its key.
type credential struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// authority is a CA.
type authority struct {
	credential
	serial int64 // of the last certificate issued
}

// attributeTypes are the parts of names in use here.
var attributeTypes = map[string]asn1.ObjectIdentifier{
	"DC": {0, 9, 2342, 19200300, 100, 1, 25},
	"O":  {2, 5, 4, 10},
	"CN": {2, 5, 4, 3},
}

// name encodes parts such as "DC=org", in their order.
func name(t *testing.T, parts ...string) []byte {
	t.Helper()
	var sequence pkix.RDNSequence
	for _, part := range parts {
		key, value, _ := strings.Cut(part, "=")
		sequence = append(sequence, pkix.RelativeDistinguishedNameSET{{Type: attributeTypes[key], Value: value}})
	}
	der, err := asn1.Marshal(sequence)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func ecKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// rsaKey makes a key of the kind that libvomsapi signs attribute certificates with.
func rsaKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign makes a certificate of template that issuer signs; without an issuer, it signs itself.
func sign(t *testing.T, template *x509.Certificate, key crypto.Signer, issuer *credential) credential {
	t.Helper()
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(public, &info); err != nil {
		t.Fatal(err)
	}
	id := sha1.Sum(info.Key.Bytes) // RFC 5280 §4.2.1.2, method 1: libvomsapi knows no other
	template.SubjectKeyId = id[:]
	parent, signer := template, key
	if issuer != nil {
		as := *issuer.certificate
		as.PublicKey = issuer.key.Public() // another one for a forger
		parent, signer = &as, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return credential{certificate, key}
}

// newAuthority makes a CA that has signed itself.
func newAuthority(t *testing.T, subject ...string) *authority {
	t.Helper()
	return &authority{credential: sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), RawSubject: name(t, subject...),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, ecKey(t), nil), serial: 1}
}

// user issues a person's certificate.
func (a *authority) user(t *testing.T, subject ...string) credential {
	t.Helper()
	a.serial++
	return sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), RawSubject: name(t, subject...), BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, rsaKey(t), &a.credential)
}

// host issues the certificate of a server on this machine.
func (a *authority) host(t *testing.T, subject ...string) credential {
	t.Helper()
	a.serial++
	return sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), RawSubject: name(t, subject...), BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, rsaKey(t), &a.credential)
}

// revoke writes the authority's list of revoked certificates to a file, good until end.
func (a *authority) revoke(t *testing.T, file string, end time.Time, revoked ...credential) {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-2 * time.Hour), NextUpdate: end}
	for _, r := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: r.certificate.SerialNumber, RevocationTime: list.ThisUpdate,
		})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.certificate, a.key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, file, "X509 CRL", der)
}

// write saves a credential as two PEM files and returns their names.
func (c credential) write(t *testing.T, directory string) (certificate, key string) {
	t.Helper()
	certificate, key = filepath.Join(directory, "certificate.pem"), filepath.Join(directory, "key.pem")
	writePEM(t, certificate, "CERTIFICATE", c.certificate.Raw)
	der, err := x509.MarshalPKCS8PrivateKey(c.key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, key, "PRIVATE KEY", der)
	return certificate, key
}

// writePEM writes blocks of one type to a file that only we can read, as the VOMS tools demand.
func writePEM(t *testing.T, file, kind string, ders ...[]byte) {
	t.Helper()
	var text []byte
	for _, der := range ders {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
