package voms_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"
)

// The fields of an attribute certificate's signed part, by position. RFC 5755 §4.1.
const (
	holderField     = 1
	algorithmField  = 3
	extensionsField = 7
)

// attributeCertificate is one, of which only the outside is read. RFC 5755 §4.1.
type attributeCertificate struct {
	Info      []asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

// alter changes the first attribute certificate in the extension of a proxy.
func alter(t *testing.T, extension []byte, change func(*attributeCertificate)) []byte {
	t.Helper()
	var sequence struct{ Certificates []attributeCertificate }
	unmarshal(t, slices.Clone(extension), &sequence) // what is read shares memory with it
	change(&sequence.Certificates[0])
	return marshal(t, sequence)
}

// sign signs an attribute certificate anew.
func (a *attributeCertificate) sign(t *testing.T, key crypto.Signer) {
	t.Helper()
	sha256WithRSA := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	a.Algorithm = pkix.AlgorithmIdentifier{Algorithm: sha256WithRSA, Parameters: asn1.NullRawValue}
	a.Info[algorithmField] = asn1.RawValue{FullBytes: marshal(t, a.Algorithm)}
	digest := sha256.Sum256(marshal(t, a.Info))
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	a.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
}

// signUnknown claims an algorithm that nobody knows, inside and outside.
func (a *attributeCertificate) signUnknown(t *testing.T) {
	t.Helper()
	a.Algorithm.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 99}
	a.Info[algorithmField] = asn1.RawValue{FullBytes: marshal(t, a.Algorithm)}
}

// oidServers is the extension with the certificates of the VOMS server.
var oidServers = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 8005, 100, 100, 10}

// withoutServers empties the list of the server's certificates.
func (a *attributeCertificate) withoutServers(t *testing.T) {
	t.Helper()
	var extensions []pkix.Extension
	unmarshal(t, a.Info[extensionsField].FullBytes, &extensions)
	for i := range extensions {
		if extensions[i].Id.Equal(oidServers) {
			extensions[i].Value = marshal(t, struct{ Certificates []asn1.RawValue }{})
		}
	}
	a.Info[extensionsField] = asn1.RawValue{FullBytes: marshal(t, extensions)}
}

func unmarshal(t *testing.T, der []byte, value any) {
	t.Helper()
	if rest, err := asn1.Unmarshal(der, value); err != nil || len(rest) > 0 {
		t.Fatalf("attribute certificate: %v, %d bytes left", err, len(rest))
	}
}

// heldBy names the holder of an attribute certificate by an issuer and a serial number.
func (a *attributeCertificate) heldBy(t *testing.T, issuer []byte, serial *big.Int) {
	t.Helper()
	const directoryName, baseCertificateID = 4, 0 // RFC 5280 §4.2.1.6, RFC 5755 §4.1
	inside := func(tag int, der []byte) asn1.RawValue {
		return asn1.RawValue{FullBytes: marshal(t, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: der})}
	}
	names := marshal(t, []asn1.RawValue{inside(directoryName, issuer)})
	id := inside(baseCertificateID, append(names, marshal(t, serial)...))
	a.Info[holderField] = asn1.RawValue{FullBytes: marshal(t, []asn1.RawValue{id})}
}
