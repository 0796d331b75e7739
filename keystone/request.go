package keystone

import (
	"net/http"
	"net/netip"
)

// Request is what is known about a request whose sender is to be recognised.
type Request struct {
	// Header has the credential, X-Auth-Token or Authorization, and X-Project-… if it asks for a project.
	Header http.Header
	// Project is the project that the path asks for, by id or by name; "" for none.
	Project string
	// Secure tells that the request came over TLS, at least as far as the proxy in front.
	Secure bool
	// Addr is the address of the client, by which guesses are counted.
	Addr netip.Addr
}
