// Package oidcproxy stands before a Keystone in tests as mod_auth_openidc does elsewhere: it knows the access tokens of
// an OpenID Connect provider, and tells Keystone whose they are.
package oidcproxy

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// Issuer is the provider that the mapping of the simulator and of the lab trusts.
const Issuer = "https://idp.example.org"

// New returns a proxy to the Keystone at upstream. Users are by access token; a token of nobody is 401, and what callers
// themselves say about who they are does not get through.
func New(upstream string, users map[string]string) (http.Handler, error) {
	target, err := url.Parse(strings.TrimSuffix(upstream, "/v3"))
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{Transport: &http.Transport{}, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		for name := range r.Out.Header {
			if strings.HasPrefix(strings.ToUpper(name), "OIDC") {
				r.Out.Header.Del(name)
			}
		}
		token, found := bearer(r.In)
		if !found {
			return
		}
		r.Out.Header.Del("Authorization")
		r.Out.Header.Set("OIDC-ISS", Issuer)
		r.Out.Header.Set("OIDC-SUB", users[token])
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token, found := bearer(r); found && users[token] == "" {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintln(w, "the access token is not valid")
			return
		}
		// Read to its end before it is passed on: an answer that comes earlier than that would be cut.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}), nil
}

func bearer(r *http.Request) (token string, found bool) {
	return strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
}
