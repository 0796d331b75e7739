// Package keystone knows who is calling and makes OpenStack clients that act for them.
//
//	request ──► credential ──► cached identity ──► Session ──► gophercloud.ServiceClient
//	                            │ miss
//	                            ├─► a token: GET /v3/auth/tokens, the token being its own subject
//	                            ├─► an access token: …/OS-FEDERATION/…/auth
//	                            ├─► a password, an application credential: POST /v3/auth/tokens
//	                            └─► of no project, or not the one asked for: POST /v3/auth/tokens
//
// A credential is a token in X-Auth-Token, or what Authorization brings if the operator accepts it. Who
// it stands for (user, project, roles, expiry and the endpoints of the services) is asked of Keystone
// with nothing but the credential, so no service account is needed, and kept for a short time under a
// keyed digest of everything that decides on the answer. A [Session] joins that shared, immutable
// identity with the token of one request, or with the one that Keystone gave for its credential.
//
// Everything sent to OpenStack passes one transport, which caps the size of answers, refuses
// redirects, link-local addresses and every URL outside the session's endpoints, names the request,
// reports each call, and repeats only reads that met a connection error or a 503.
//
// While Keystone is away, whoever was recognised not long ago still is, and everybody else gets
// [Unavailable], never [Rejected]: a caller must not throw away a good token because of an outage.
package keystone
