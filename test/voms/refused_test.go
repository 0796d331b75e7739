package voms_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// The beginnings of reasons.
const (
	badChain      = "certificate chain: "
	badAttributes = "VOMS attributes: "
	noAttributes  = "VOMS attributes: none"
	notAccepted   = "VOMS attributes: not accepted" // by libvomsapi
	otherHolder   = "VOMS attributes: issued to somebody else"
	noIssuer      = "certificate chain: unable to get local issuer certificate"
	badSignature  = "certificate chain: certificate signature failure"
)

// TestRefused: what does not sign in, each for the reason it should.
func TestRefused(t *testing.T) {
	t.Parallel()
	requireTools(t)
	g := newGrid(t)
	v := startVerifier(t, buildVerifier(t), g)
	real := attested(t, g, g.user, g.voms, "dteam", []string{member, operator})
	attributes := attributesOf(t, real)
	now := time.Now()

	revoked := g.ca.user(t, "DC=org", "DC=example", "O=People", "CN=Revoked")
	revokedServer := g.ca.host(t, serverName...)
	g.trust(t, g.ca, "ca", revoked, revokedServer)
	second := newAuthority(t, "DC=org", "DC=second", "CN=CA")
	g.trust(t, second, "second")
	stale := newAuthority(t, "DC=org", "DC=stale", "CN=CA")
	g.trust(t, stale, "stale")
	stale.revoke(t, filepath.Join(g.certificates, "stale.crl.pem"), now.Add(-time.Hour))
	silent := newAuthority(t, "DC=org", "DC=silent", "CN=CA")
	g.trust(t, silent, "silent")
	if err := os.Remove(filepath.Join(g.certificates, "silent.crl.pem")); err != nil {
		t.Fatal(err)
	}
	g.rehash(t)

	// Nobody trusts these. The second has the name of the trusted authority, and a server of the trusted name.
	unknown := newAuthority(t, "DC=org", "DC=unknown", "CN=CA")
	lookalike := newAuthority(t, authorityName...)
	stranger := unknown.user(t, userName...)
	double := lookalike.user(t, userName...)
	doubleServer := lookalike.host(t, serverName...)
	anotherHost := g.ca.host(t, "DC=org", "DC=example", "O=Hosts", "CN=www.example.org")

	// by is a real user's proxy with attributes by some server.
	by := func(server credential, vo string, fqans []string, more ...string) []byte {
		return attributesOf(t, attested(t, g, g.user, server, vo, fqans, more...))
	}
	// with is the user's own proxy with some attributes.
	with := func(attributes []byte) []*x509.Certificate {
		return delegate(t, g.user, nil, shape{attributes: attributes}).chain()
	}
	forged := by(doubleServer, "dteam", []string{member})
	altered := func(change func(*attributeCertificate)) []*x509.Certificate {
		return with(alter(t, attributes, change))
	}
	replayed := delegate(t, g.other, nil, shape{attributes: attributes})
	// selfMade has the names of a proxy of issuer, but is signed with another key.
	selfMade := func(issuer credential, key crypto.Signer) proxy {
		return delegate(t, credential{issuer.certificate, key}, nil, shape{attributes: attributes})
	}
	belowAuthority := delegate(t, g.ca.credential, nil, shape{attributes: attributes})
	twin := second.user(t, "DC=org", "DC=second", "CN=Twin") // its serial number is that of the user's certificate
	if twin.certificate.SerialNumber.Cmp(g.user.certificate.SerialNumber) != 0 {
		t.Fatal("the serial numbers differ")
	}

	tests := map[string]struct {
		chain  []*x509.Certificate
		reason string
	}{
		// what is missing
		"a user's certificate without a proxy": {[]*x509.Certificate{g.user.certificate}, noAttributes},
		"a proxy without attributes":           {delegate(t, g.user, nil, shape{}).chain(), noAttributes},
		"a proxy without its issuer":           {real.chain()[:1], noIssuer},
		"a self-made proxy without its issuer": {selfMade(g.user, rsaKey(t)).chain()[:1], noIssuer},
		"the authority's certificate":          {[]*x509.Certificate{g.ca.certificate}, badChain},

		// time
		"an expired proxy": {
			delegate(t, g.user, nil, shape{attributes: attributes, notBefore: now.Add(-2 * time.Hour), notAfter: now.Add(-time.Hour)}).chain(),
			"certificate chain: certificate has expired",
		},
		"a proxy of tomorrow": {
			delegate(t, g.user, nil, shape{attributes: attributes, notBefore: now.Add(20 * time.Hour), notAfter: now.Add(30 * time.Hour)}).chain(),
			"certificate chain: certificate is not yet valid",
		},
		"expired attributes in a valid proxy": {
			with(by(g.voms, "dteam", []string{member}, "-pastac", "3:00", "-vomslife", "1")), notAccepted,
		},

		// revocation
		"a revoked user": {
			attested(t, g, revoked, g.voms, "dteam", []string{member}).chain(), "certificate chain: certificate revoked",
		},
		"attributes by a revoked server": {with(by(revokedServer, "dteam", []string{member})), badAttributes},
		"an authority whose list is too old": {
			attested(t, g, stale.user(t, userName...), g.voms, "dteam", []string{member}).chain(), "certificate chain: CRL has expired",
		},
		"an authority without a list": {
			attested(t, g, silent.user(t, userName...), g.voms, "dteam", []string{member}).chain(),
			"certificate chain: unable to get certificate CRL",
		},

		// chains of others
		"a user of an unknown authority": {attested(t, g, stranger, g.voms, "dteam", []string{member}).chain(), noIssuer},
		"a user of an unknown authority, that certificate too": {
			append(attested(t, g, stranger, g.voms, "dteam", []string{member}).chain(), unknown.certificate),
			"certificate chain: self-signed certificate in certificate chain",
		},
		"a user of a look-alike authority": {attested(t, g, double, g.voms, "dteam", []string{member}).chain(), badChain},
		"a user of a look-alike authority, that certificate too": {
			append(attested(t, g, double, g.voms, "dteam", []string{member}).chain(), lookalike.certificate), badChain,
		},
		"a self-made proxy below the victim's certificate": {selfMade(g.user, rsaKey(t)).chain(), badSignature},
		"a self-made proxy below the authority's certificate": {
			selfMade(g.ca.credential, ecKey(t)).chain(), badChain,
		},
		"a proxy by the authority itself": {belowAuthority.chain(), badChain},
		"a proxy by the look-alike authority": {
			delegate(t, lookalike.credential, nil, shape{attributes: attributes}).chain(), badChain,
		},
		"certificates in a false order": {
			[]*x509.Certificate{g.user.certificate, real.certificate}, noAttributes,
		},

		// proxies of a kind that gives no rights
		"an independent proxy": {delegate(t, g.user, nil, shape{language: oidIndependent, attributes: attributes}).chain(), badChain},
		"a limited proxy":      {delegate(t, g.user, nil, shape{language: oidLimited, attributes: attributes}).chain(), badChain},
		"a full proxy of a limited one": {
			func() []*x509.Certificate {
				l := delegate(t, g.user, nil, shape{language: oidLimited, attributes: attributes})
				return delegate(t, l.credential, l.below, shape{}).chain()
			}(), badChain,
		},
		"a proxy in an unknown policy language": {
			delegate(t, g.user, nil, shape{language: asn1.ObjectIdentifier{1, 2, 3, 4}, attributes: attributes}).chain(), badChain,
		},
		"a legacy proxy": {delegate(t, g.user, nil, shape{plain: true, attributes: attributes}).chain(), badChain},
		"a third level below a path length of one": {
			func() []*x509.Certificate {
				p := delegate(t, real.credential, real.below, shape{})
				return delegate(t, p.credential, p.below, shape{}).chain()
			}(), "certificate chain: proxy path length constraint exceeded",
		},
		"a proxy with a key of 512 bits": {
			attested(t, g, g.user, g.voms, "dteam", []string{member}, "-bits", "512").chain(), "certificate chain: a key or signature is too weak",
		},
		"a name that imitates another": {
			attested(t, g, g.ca.user(t, "DC=org", "DC=example", "O=People/CN=Jane Doe"), g.voms, "dteam", []string{member}).chain(),
			"certificate chain: a name with more than one reading",
		},

		// attributes of others
		"somebody's attributes in one's own proxy": {replayed.chain(), notAccepted},
		"somebody's attributes, with his certificate": {
			append(replayed.chain(), g.user.certificate), notAccepted,
		},
		"somebody's attributes, his certificate before one's own": {
			[]*x509.Certificate{replayed.certificate, g.user.certificate, g.other.certificate}, notAccepted,
		},
		"somebody's whole chain after one's own": {
			append(delegate(t, g.other, nil, shape{}).chain(), real.chain()...), noAttributes,
		},
		"somebody's attributes with the same serial number of another authority": {
			delegate(t, twin, nil, shape{attributes: attributes}).chain(), notAccepted,
		},
		"somebody's attributes below the authority": {selfMade(g.ca.credential, ecKey(t)).chain(), badChain},
		"attributes for nobody, by the server": {
			altered(func(a *attributeCertificate) {
				a.Info[holderField] = asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSequence, IsCompound: true}
				a.sign(t, g.voms.key)
			}), notAccepted,
		},
		"attributes whose holder is named by subject and serial number": {
			altered(func(a *attributeCertificate) {
				a.heldBy(t, g.user.certificate.RawSubject, g.user.certificate.SerialNumber)
				a.sign(t, g.voms.key)
			}), otherHolder,
		},

		// servers of others
		"a changed byte in the attributes": {
			altered(func(a *attributeCertificate) { a.Signature.Bytes[7] ^= 1 }), notAccepted,
		},
		"attributes by another host":                {with(by(anotherHost, "dteam", []string{member})), notAccepted},
		"attributes by the user himself":            {with(by(g.user, "dteam", []string{member})), notAccepted},
		"attributes by an unknown authority's host": {with(by(unknown.host(t, serverName...), "dteam", []string{member})), notAccepted},
		"attributes by a look-alike server":         {with(forged), notAccepted},
		"attributes by a look-alike server, signed in an unknown way": {
			with(alter(t, forged, func(a *attributeCertificate) { a.signUnknown(t) })), badAttributes + "certificate of their server",
		},
		"attributes by a look-alike server, with a broken signature": {
			with(alter(t, forged, func(a *attributeCertificate) { a.Signature.BitLength -= 3 })), badAttributes + "certificate of their server",
		},
		"attributes of the true server, signed in an unknown way": {
			altered(func(a *attributeCertificate) { a.signUnknown(t) }), badAttributes + "signature",
		},
		"attributes with another algorithm outside than inside": {
			altered(func(a *attributeCertificate) { a.Algorithm.Parameters = asn1.RawValue{} }), badAttributes + "two signature algorithms",
		},
		"attributes of a VO that is not known here": {with(by(g.voms, "atlas", []string{"/atlas/Role=NULL/Capability=NULL"})), notAccepted},
		"names of a foreign VO among the attributes": {
			with(by(g.voms, "dteam", []string{member, "/atlas/Role=NULL/Capability=NULL"})), notAccepted,
		},
		"a VO whose name is a path": {
			with(by(g.voms, "../vomsdir/dteam", []string{"/../vomsdir/dteam/Role=NULL/Capability=NULL"})), badAttributes + "name of the VO",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, v.ask(t, raw(test.chain)), http.StatusForbidden, test.reason)
		})
	}

	t.Run("a changed byte in the proxy", func(t *testing.T) {
		t.Parallel()
		der := slices.Clone(real.certificate.Raw)
		der[len(der)-1] ^= 1
		wantRefused(t, v.ask(t, append(der, g.user.certificate.Raw...)), http.StatusForbidden, badSignature)
	})
	for name, test := range map[string]struct {
		der    []byte
		status int
		reason string
	}{
		"nothing":               {nil, http.StatusBadRequest, "certificate chain: unreadable"},
		"no certificate":        {[]byte("hello"), http.StatusBadRequest, "certificate chain: unreadable"},
		"half a certificate":    {real.certificate.Raw[:500], http.StatusBadRequest, "certificate chain: unreadable"},
		"a byte too many":       {append(raw(real.chain()), 0), http.StatusBadRequest, "certificate chain: unreadable"},
		"too many certificates": {bytes.Repeat(g.user.certificate.Raw, 17), http.StatusBadRequest, "certificate chain: too long"},
		"too large":             {bytes.Repeat([]byte{0x30}, 65<<10), http.StatusRequestEntityTooLarge, "certificate chain: too large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, v.ask(t, test.der), test.status, test.reason)
		})
	}

	t.Run("attributes that crash libvomsapi", func(t *testing.T) {
		t.Parallel()
		crash := altered(func(a *attributeCertificate) { a.withoutServers(t) })
		wantRefused(t, v.ask(t, raw(crash)), http.StatusServiceUnavailable, "no verdict")
		if got := v.ask(t, raw(real.chain())); got.DN != userDN {
			t.Errorf("after the crash: %+v, want the user signed in", got)
		}
	})
}

// TestChangedBytes: attributes with any byte changed sign nobody in, even if the user signs his proxy anew.
func TestChangedBytes(t *testing.T) {
	t.Parallel()
	requireTools(t)
	g := newGrid(t)
	v := startVerifier(t, buildVerifier(t), g)
	attributes := attributesOf(t, attested(t, g, g.user, g.voms, "dteam", []string{member}))
	const step = 41 // some 60 places, other ones for another length
	for i := 0; i < len(attributes); i += step {
		changed := slices.Clone(attributes)
		changed[i] ^= 1 << (i % 8)
		p := delegate(t, g.user, nil, shape{attributes: changed})
		if got := v.ask(t, raw(p.chain())); got.Status == http.StatusOK || got.DN != "" {
			t.Errorf("byte %d of %d changed: %+v", i, len(attributes), got)
		}
	}
}
