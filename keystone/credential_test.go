package keystone

import (
	"net/http"
	"strings"
	"testing"
)

func TestReadToken(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxTokenBytes)
	for name, tc := range map[string]struct {
		values []string
		want   string
		kind   Kind
	}{
		"none":                  {nil, "", NoCredential},
		"empty":                 {[]string{""}, "", NoCredential},
		"blank":                 {[]string{" \t "}, "", NoCredential},
		"only commas":           {[]string{", ,"}, "", NoCredential},
		"plain":                 {[]string{"abc"}, "abc", 0},
		"blanks around":         {[]string{" abc\t"}, "abc", 0},
		"repeated":              {[]string{"abc", "abc"}, "abc", 0},
		"repeated by a proxy":   {[]string{"abc, abc"}, "abc", 0},
		"empty beside":          {[]string{"", "abc"}, "abc", 0},
		"two":                   {[]string{"abc", "abd"}, "", AmbiguousCredential},
		"two joined":            {[]string{"abc,abd"}, "", AmbiguousCredential},
		"all token characters":  {[]string{"gAAAAA-_.~+/="}, "gAAAAA-_.~+/=", 0},
		"largest":               {[]string{long}, long, 0},
		"too long":              {[]string{long + "a"}, "", BadCredential},
		"blank inside":          {[]string{"a b"}, "", BadCredential},
		"control character":     {[]string{"a\x00b"}, "", BadCredential},
		"line break":            {[]string{"a\r\nX-Evil: 1"}, "", BadCredential},
		"delete":                {[]string{"a\x7f"}, "", BadCredential},
		"not ASCII":             {[]string{"tökén"}, "", BadCredential},
		"not UTF-8":             {[]string{"a\xff"}, "", BadCredential},
		"two, one of them junk": {[]string{"abc", "d e"}, "", AmbiguousCredential},
	} {
		got, err := readToken(http.Header{"X-Auth-Token": tc.values})
		if kind := kindOf(t, err); got.Reveal() != tc.want || kind != tc.kind {
			t.Errorf("%s: readToken(%.40q) = %.40q, %v, want %.40q, %v", name, tc.values, got.Reveal(), kind, tc.want, tc.kind)
		}
		if err != nil {
			for _, value := range tc.values {
				if len(strings.TrimSpace(value)) > 2 && strings.Contains(err.Error(), value) {
					t.Errorf("%s: error %q quotes the credential", name, err)
				}
			}
		}
	}
}

func TestBadCredentialsNeverReachKeystone(t *testing.T) {
	t.Parallel()
	ks := newKeystone(t)
	c := newClient(t, Options{URL: ks.URL})
	for _, h := range []http.Header{
		{},
		withToken("a b"),
		withToken(strings.Repeat("x", maxTokenBytes+1)),
		{"X-Auth-Token": {"one", "two"}},
		{"Authorization": {"Bearer abc"}},
	} {
		if _, err := c.Session(t.Context(), h); err == nil {
			t.Errorf("Session(%.40q): no error", h)
		}
	}
	if got := ks.calls.Load(); got != 0 {
		t.Errorf("Keystone was called %d times, want 0", got)
	}
}

func TestDigestIsStableAndKeyed(t *testing.T) {
	t.Parallel()
	a, b := newDigester(), newDigester()
	one, two := NewSecret("one"), NewSecret("two")
	if first, second := a.digest(one), a.digest(one); first != second {
		t.Error("the digest of a token changes")
	}
	if a.digest(one) == a.digest(two) {
		t.Error("two tokens have one digest")
	}
	if a.digest(one) == b.digest(one) {
		t.Error("two digesters agree, so the digest has no key of its own")
	}
	if got := a.digest(one).String(); len(got) != 32 {
		t.Errorf("String() = %q, want 32 digits", got)
	}
}
