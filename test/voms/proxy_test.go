package voms_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// The object identifiers of RFC 3820 and VOMS.
var (
	oidProxyCertInfo = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 14}
	oidInheritAll    = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 21, 1}
	oidIndependent   = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 21, 2}
	oidLimited       = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 3536, 1, 1, 1, 9}
	oidAttributes    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 8005, 100, 100, 5}
)

// proxy is a proxy certificate with its key, and the certificates below it, the nearest first.
type proxy struct {
	credential
	below []*x509.Certificate
}

// chain returns what a client sends in the TLS handshake.
func (p proxy) chain() []*x509.Certificate {
	return append([]*x509.Certificate{p.certificate}, p.below...)
}

// shape is what sets one proxy apart from another; the zero value is an ordinary proxy.
type shape struct {
	language            asn1.ObjectIdentifier // default: all rights
	attributes          []byte                // the extension with the attribute certificates
	notBefore, notAfter time.Time
	plain               bool // without the extension that makes it a proxy
}

// delegate makes a proxy of a credential as its holder would, with no tool in between.
func delegate(t *testing.T, issuer credential, below []*x509.Certificate, s shape) proxy {
	t.Helper()
	if s.language == nil {
		s.language = oidInheritAll
	}
	var subject pkix.RDNSequence
	if _, err := asn1.Unmarshal(issuer.certificate.RawSubject, &subject); err != nil {
		t.Fatal(err)
	}
	common := "1234567"
	if s.plain {
		common = "proxy"
	}
	subject = append(subject, pkix.RelativeDistinguishedNameSET{{Type: attributeTypes["CN"], Value: common}})
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1234567), RawSubject: marshal(t, subject),
		KeyUsage:  x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		NotBefore: s.notBefore, NotAfter: s.notAfter,
	}
	if !s.plain {
		policy := struct {
			Policy struct{ Language asn1.ObjectIdentifier }
		}{}
		policy.Policy.Language = s.language
		template.ExtraExtensions = append(template.ExtraExtensions,
			pkix.Extension{Id: oidProxyCertInfo, Critical: true, Value: marshal(t, policy)})
	}
	if s.attributes != nil {
		template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: oidAttributes, Value: s.attributes})
	}
	made := sign(t, template, ecKey(t), &issuer)
	return proxy{made, append([]*x509.Certificate{issuer.certificate}, below...)}
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// attributesOf returns the extension with the attribute certificates of a proxy.
func attributesOf(t *testing.T, p proxy) []byte {
	t.Helper()
	i := slices.IndexFunc(p.certificate.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(oidAttributes) })
	if i < 0 {
		t.Fatal("the proxy has no attributes")
	}
	return p.certificate.Extensions[i].Value
}

// attested is a real proxy of a user with attributes of a VO, by Debian's voms-proxy-fake.
func attested(t *testing.T, g *grid, user, server credential, vo string, fqans []string, more ...string) proxy {
	t.Helper()
	directory := t.TempDir()
	userFiles, serverFiles := filepath.Join(directory, "user"), filepath.Join(directory, "server")
	for _, d := range []string{userFiles, serverFiles} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	certificate, key := user.write(t, userFiles)
	hostCertificate, hostKey := server.write(t, serverFiles)
	out := filepath.Join(directory, "proxy.pem")
	arguments := []string{
		"-rfc", "-hours", "12", "-bits", "1024", "-newformat", "-out", out,
		"-cert", certificate, "-key", key, "-certdir", g.certificates,
		"-hostcert", hostCertificate, "-hostkey", hostKey, "-voms", vo, "-uri", "voms.example.org:15004",
	}
	for _, fqan := range fqans {
		arguments = append(arguments, "-fqan", fqan)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	fake := exec.CommandContext(ctx, "voms-proxy-fake", append(arguments, more...)...)
	fake.Dir = directory // where it leaves its random numbers
	fake.Env = append(os.Environ(), "HOME="+directory)
	if text, err := fake.CombinedOutput(); err != nil {
		t.Fatalf("voms-proxy-fake %q: %v\n%s", arguments, err, text)
	}
	return readProxy(t, out)
}

// readProxy reads a proxy file: certificate, key, certificates below.
func readProxy(t *testing.T, file string) proxy {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var p proxy
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type != "CERTIFICATE":
			key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			p.key = key
		case p.certificate == nil:
			p.certificate = parse(t, block.Bytes)
		default:
			p.below = append(p.below, parse(t, block.Bytes))
		}
	}
	if p.certificate == nil || p.key == nil || len(p.below) == 0 {
		t.Fatalf("%s is no proxy:\n%s", file, text)
	}
	return p
}

// write makes a proxy file: certificate, key, certificates below.
func (p proxy) write(t *testing.T, file string) {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.certificate.Raw})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	for _, c := range p.below {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	write(t, file, string(text))
}

func parse(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// raw joins certificates as the verifier takes them.
func raw(chain []*x509.Certificate) []byte {
	var der [][]byte
	for _, certificate := range chain {
		der = append(der, certificate.Raw)
	}
	return bytes.Join(der, nil)
}
