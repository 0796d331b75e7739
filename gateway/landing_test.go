package gateway_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/occigate/occigate/gateway"
)

const firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

// The page is for browsers; every client of OCCI gets what it got without it.
func TestOnlyBrowsersGetThePage(t *testing.T) {
	t.Parallel()
	b := newBench(t, workingCloud())
	for name, tt := range map[string]struct {
		accept string
		page   bool
	}{
		"Firefox":          {firefox, true},
		"Chrome":           {"text/html,application/xhtml+xml,application/xml;q=0.9,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", true},
		"Safari":           {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
		"w3m":              {"text/html, text/*;q=0.5, image/*, application/*, audio/*", true},
		"curl":             {"*/*", false},
		"none":             {"", false},
		"rOCCI":            {"text/plain,text/occi", false},
		"rOCCI at first":   {"text/plain,text/occi;q=0.2", false},
		"rOCCI, a list":    {"text/uri-list", false},
		"rOCCI, JSON":      {"application/occi+json", false},
		"jOCCI":            {"text/plain", false},
		"jOCCI, text/occi": {"text/occi", false},
		"IM":               {"text/plain", false},
		"pOCCI":            {"text/occi+plain", false},
		"as good as plain": {"text/html, text/plain", false},
		"less than plain":  {"text/html;q=0.5, text/plain;q=0.9", false},
		"by no means":      {"text/html;q=0, */*", false},
		"no number":        {"text/html;q=much", false},
	} {
		w := b.doAnonymous(t, "GET", "/", "", "Accept", tt.accept)
		isPage := strings.HasPrefix(w.Header().Get("Content-Type"), "text/html")
		if isPage != tt.page || tt.page != (w.Code == http.StatusOK) {
			t.Errorf("%s (%s): got %d %q, want the page %t", name, tt.accept, w.Code, w.Header().Get("Content-Type"), tt.page)
		}
		if !tt.page && w.Code == http.StatusUnauthorized && len(exactly(w.Header(), "WWW-Authenticate")) != 1 {
			t.Errorf("%s: 401 without its challenge", name)
		}
	}
	for name, w := range map[string]int{
		"with a token":  b.do(t, "GET", "/", "", "Accept", firefox).Code,
		"HEAD":          b.doAnonymous(t, "HEAD", "/", "", "Accept", firefox).Code,
		"POST":          b.doAnonymous(t, "POST", "/", "", "Accept", firefox).Code,
		"another path":  b.doAnonymous(t, "GET", "/compute/", "", "Accept", firefox).Code,
		"another mount": b.doAnonymous(t, "GET", "/occi1.1/", "", "Accept", firefox).Code,
		"with Basic":    b.doAnonymous(t, "GET", "/", "", "Accept", firefox, "Authorization", "Basic eDp5").Code,
	} {
		if want := map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[name == "with a token"]; w != want {
			t.Errorf("%s: got %d, want %d", name, w, want)
		}
	}
}

func TestThePage(t *testing.T) {
	t.Parallel()
	const title = `<script>alert("x")</script> & co`
	for name, tt := range map[string]struct {
		change func(*gateway.Options)
		want   []string
	}{
		"Keystone": {func(*gateway.Options) {}, []string{
			"https://keystone.example.org:5000", "https://occi.example.org/occi1.2/", "by its API v3", "curl", "rOCCI", "jOCCI",
			"pOCCI", "Infrastructure Manager",
		}},
		"facade": {
			func(o *gateway.Options) { o.Facade = http.NotFoundHandler() },
			[]string{"https://occi.example.org/keystone", "v3 or v2.0", "BasicAuthentication"},
		},
		"no root": {
			func(o *gateway.Options) { o.Mounts = []string{"/occi1.1"} },
			[]string{"https://occi.example.org/occi1.1/-/"},
		},
	} {
		b := newBench(t, workingCloud(), tt.change, func(o *gateway.Options) { o.Title = title })
		w := b.doAnonymous(t, "GET", "/", "", "Accept", firefox)
		page := w.Body.String()
		for _, want := range append(tt.want, "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; co") {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q is not there:\n%s", name, want, page)
			}
		}
		if active := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|<form|\bsrc=|\bhref=|url\(|@import|javascript:|\bon[a-z]+=`).FindString(page); active != "" {
			t.Errorf("%s: the page has %q", name, active)
		}
		style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
		if style == nil {
			t.Fatalf("%s: no style in\n%s", name, page)
		}
		digest := sha256.Sum256([]byte(style[1]))
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") ||
			!strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+"'") {
			t.Errorf("%s: policy %q does not fit", name, policy)
		}
		if fields := b.logLine(t); fields["route"] != "landing" || fields["status"] != int64(200) {
			t.Errorf("%s: logged %v", name, fields)
		}
	}
}
