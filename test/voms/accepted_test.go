package voms_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestAccepted: what signs in, and as whom.
func TestAccepted(t *testing.T) {
	t.Parallel()
	requireTools(t)
	g := newGrid(t)
	binary := buildVerifier(t)
	v := startVerifier(t, binary, g)
	lenient := startVerifier(t, binary, g, "--limited-proxies")
	real := attested(t, g, g.user, g.voms, "dteam", []string{member, operator})
	attributes := attributesOf(t, real)

	limited := delegate(t, g.user, nil, shape{language: oidLimited, attributes: attributes})
	tests := map[string]struct {
		verifier *verifier
		proxy    proxy
		fqans    []string
	}{
		"a proxy by voms-proxy-fake": {proxy: real},
		"a proxy of a proxy":         {proxy: delegate(t, real.credential, real.below, shape{})},
		"a proxy with an EC key":     {proxy: delegate(t, g.user, nil, shape{attributes: attributes})},
		"attributes put together by the tests": { // as those in TestRefused are, so that these fail for their reasons
			proxy: delegate(t, g.user, nil, shape{attributes: alter(t, attributes, func(a *attributeCertificate) {
				a.heldBy(t, g.ca.certificate.RawSubject, g.user.certificate.SerialNumber)
				a.sign(t, g.voms.key)
			})}),
		},
		"a limited proxy, where they are allowed": {verifier: lenient, proxy: limited},
		"a role": {
			proxy: attested(t, g, g.user, g.voms, "dteam", []string{operator}), fqans: []string{operator},
		},
		"a role with a blank and a semicolon": {
			proxy: attested(t, g, g.user, g.voms, "dteam", []string{"/dteam/Role=a b;/atlas/Role=x"}),
			fqans: []string{"/dteam/Role=a b;/atlas/Role=x"}, // one name: keystone/voms encodes the semicolon
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.verifier == nil {
				test.verifier = v
			}
			if test.fqans == nil {
				test.fqans = []string{member, operator}
			}
			got := test.verifier.ask(t, raw(test.proxy.chain()))
			want := answer{Status: http.StatusOK, DN: userDN, CA: authorityDN, VO: "dteam", FQANs: test.fqans}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(answer{}, "Expires")); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if left := time.Until(got.Expires); left < 11*time.Hour || left > 12*time.Hour {
				t.Errorf("expires in %s, want 12 h, as the proxy and its attributes do", left)
			}
		})
	}
}

// TestExpiry: the answer holds until the first of the certificates ends.
func TestExpiry(t *testing.T) {
	t.Parallel()
	requireTools(t)
	g := newGrid(t)
	v := startVerifier(t, buildVerifier(t), g)
	real := attested(t, g, g.user, g.voms, "dteam", []string{member})
	short := time.Now().Add(30 * time.Minute).UTC().Truncate(time.Second)
	p := delegate(t, real.credential, real.below, shape{notBefore: time.Now().Add(-time.Minute), notAfter: short})
	if got := v.ask(t, raw(p.chain())); !got.Expires.Equal(short) {
		t.Errorf("got %+v, want the end of the proxy, %s", got, short)
	}
}
