package gateway

import (
	"net/http"
	"net/netip"
	"strings"
)

// Origin is what the gateway knows of where a request comes from, and goes to.
type Origin struct {
	// Addr is the address of the client, behind trusted proxies, too. It may be invalid.
	Addr netip.Addr
	// Secure tells that the request came over TLS, to the gateway or to a trusted proxy.
	Secure bool
	// Project is the project that the path tells, by id or name; "" if it tells none.
	Project string
}

// origin returns where a request comes from.
func (g *Gateway) origin(r *http.Request) Origin {
	return Origin{
		Addr:    g.proxies.clientAddr(r),
		Secure:  strings.HasPrefix(g.proxies.baseURL(r), "https://"),
		Project: projectIn(r.URL),
	}
}
