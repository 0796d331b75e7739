package gateway

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

//go:embed landing.html
var landingHTML string

// landingStyle is all the style of the page; the page's policy admits it by its digest.
const landingStyle = `body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}` +
	`pre{overflow-x:auto;background:#8882;padding:.5rem .75rem}dt{font-weight:600}:root{color-scheme:light dark}`

// The route of the page for people.
const routeLanding = "landing"

// landing answers a browser at the root with a page that says what this is and how to use it. Everybody else, and
// who brings a credential, gets what the root is for OCCI.
type landing struct {
	page   *template.Template
	policy string
}

// landingView is what the page shows.
type landingView struct {
	Title, Version string
	Endpoint       string // URL of the first mount
	Mounts         []string
	Keystone       string // URL where clients sign in
	Legacy         bool   // that speaks v2.0, too
	Style          template.CSS
}

func newLanding() (*landing, error) {
	page, err := template.New("landing").Parse(landingHTML)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte(landingStyle))
	return &landing{page: page, policy: "default-src 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(digest[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}, nil
}

// orLanding serves people at the host's root the page, and everybody else next.
func (g *Gateway) orLanding(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || routePath(r.URL) != "/" || !wantsPage(r.Header) {
			next(w, r)
			return
		}
		ev := eventOf(r.Context())
		ev.route = routeLanding
		base := g.baseURL(r)
		view := landingView{
			Title: g.options.Title, Version: g.options.Version, Style: landingStyle,
			Endpoint: base + g.options.Mounts[0], Keystone: keystoneOf(g.challenge(r)), Legacy: g.options.Facade != nil,
		}
		for _, mount := range g.options.Mounts {
			view.Mounts = append(view.Mounts, base+mount+"/")
		}
		var page bytes.Buffer
		if err := g.landing.page.Execute(&page, view); err != nil {
			g.fail(w, r, err)
			return
		}
		h := w.Header()
		h["Server"] = []string{g.server}
		h["Vary"] = []string{"Accept, Authorization, X-Auth-Token"}
		h["Content-Type"] = []string{"text/html; charset=utf-8"}
		h["Content-Length"] = []string{strconv.Itoa(page.Len())}
		h["Content-Security-Policy"] = []string{g.landing.policy}
		h["X-Content-Type-Options"] = []string{"nosniff"}
		h["Referrer-Policy"] = []string{"no-referrer"}
		h["X-Request-Id"] = []string{ev.requestID}
		ev.status, ev.bytesOut = http.StatusOK, page.Len()
		w.WriteHeader(http.StatusOK)
		_, ev.err = w.Write(page.Bytes())
	}
}

// keystoneOf is the URL in a challenge.
func keystoneOf(challenge string) string {
	return strings.TrimSuffix(strings.TrimPrefix(challenge, "Keystone uri='"), "'")
}

// wantsPage reports whether a request comes from a browser: without a credential, it prefers text/html to every type
// of OCCI that it names. No OCCI client does; curl takes anything.
func wantsPage(h http.Header) bool {
	if h.Get("X-Auth-Token") != "" || h.Get("Authorization") != "" {
		return false
	}
	html, other := 0.0, 0.0
	for _, field := range h.Values("Accept") {
		for element := range strings.SplitSeq(field, ",") {
			kind, parameters, err := mime.ParseMediaType(element)
			if err != nil {
				continue
			}
			quality := 1.0
			if q, ok := parameters["q"]; ok {
				if quality, err = strconv.ParseFloat(q, 64); err != nil {
					quality = 0
				}
			}
			switch kind {
			case "text/html":
				html = quality
			case "text/plain", "text/occi", "text/occi+plain", "text/uri-list", "application/occi+json", "application/json":
				other = max(other, quality)
			}
		}
	}
	return html > other
}
