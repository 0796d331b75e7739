// Package keystone knows who is calling and makes OpenStack clients that act for them.
//
//	request headers ──► credential ──► cached identity ──► Session ──► gophercloud.ServiceClient
//	                                    │ miss
//	                                    └─► GET /v3/auth/tokens, the token being its own subject
//
// A credential is a token in X-Auth-Token. Its identity (user, project, roles, expiry and the
// endpoints of the services) is asked of Keystone once, by the token about itself, so no service
// account is needed, and kept for a short time under a keyed digest of the token. A [Session] joins
// that shared, immutable identity with the token of one request.
//
// Everything sent to OpenStack passes one transport, which caps the size of answers, refuses
// redirects, link-local addresses and every URL outside the session's endpoints, names the request,
// reports each call, and repeats only reads that met a connection error or a 503.
//
// The package gives no service account, log-in or rescoping: a token without a project is refused
// with [Unscoped]. While Keystone is away, identities that are still cached keep working and
// everybody else gets [Unavailable], never [Rejected]: a caller must not throw away a good token
// because of an outage.
package keystone
