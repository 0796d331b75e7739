// Package voms signs in users with grid proxies that carry VOMS attributes.
//
//	chain of the TLS connection ──► voms-verifier ──► who, and with which attributes
//	                                                  │ header fields, with the secret
//	                                                  └──► Keystone's federation ──► unscoped token
//
// A [Client] asks the verifier (cmd/voms-verifier, a process of its own) about the certificates, and tells
// Keystone what that has found out. Keystone's mapping decides which VO, group or role means which project;
// this package knows no VO.
//
// # What is sent to Keystone
//
//	GET /v3/OS-FEDERATION/identity_providers/{provider}/protocols/{protocol}/auth
//
//	Vomsdn      name of the user's certificate
//	Vomsca      name of its issuer
//	Vomsfqans   VO, groups and roles, joined by ";"
//	Vomsfront   the secret
//
// Names are encoded as GridSite does: letters, digits and . = - _ @ / stay, a blank is "+", everything else
// %XX. So no name can hold the ";" at which Keystone takes values apart, nor break a header field. Each of
// the names of the fields is one word: WSGI does not tell "Voms-Dn" from "Voms_Dn", but a front that strips
// one may not know the other.
//
// # Who believes whom
//
//   - The gateway's TLS listener asks for a client certificate and believes nothing in it but that the client
//     has the key of the first one: that is what the handshake proves.
//   - This package believes the verifier, by the path of its socket, in a directory that only root can change.
//     Any answer but a whole, unexpired verdict signs nobody in.
//   - Keystone believes the header fields because of the secret: it is the identity provider's only remote id,
//     and the protocol reads the remote id from Vomsfront. Without it Keystone answers 401, with another 403,
//     so it does not matter who else reaches Keystone's port. It is known to this process and to Keystone's
//     administrators, and is sent nowhere else.
//   - A user's own header fields never get that far: the request to Keystone is made here, of nothing
//     but the verdict, and package facade passes on only fields that it lists.
//
// Hence: a forged header lacks the secret. A forged, borrowed or altered certificate is the verifier's business;
// its documentation says why none passes. A stolen attribute certificate names another holder. A stolen
// proxy with its key is the user, until the proxy expires: that is what proxies are.
//
// # Limits
//
// Nothing is cached: each sign-in is one verification and one call to Keystone, and a refused chain is no call at
// all. The token lives as long as Keystone says, which may be longer than the proxy. A user may be revoked in
// the meantime: then Keystone's own revocation is needed. Keystone's debug log prints all fields, and
// with them the secret.
package voms
