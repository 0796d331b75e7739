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
		got, err := reader{}.read(Request{Header: http.Header{"X-Auth-Token": tc.values}})
		if kind := kindOf(t, err); got.secret.Reveal() != tc.want || kind != tc.kind {
			t.Errorf("%s: read(%.40q) = %.40q, %v, want %.40q, %v", name, tc.values, got.secret.Reveal(), kind, tc.want, tc.kind)
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
