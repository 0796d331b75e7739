// Command voms-verifier says whose a chain of proxy certificates is, and which VOMS attributes it carries.
// It is a process of its own, so that the C libraries that know how to are not in occigate.
//
//	occigate ──Unix socket──► serve ──stdin, stdout──► verify, a process for each chain: OpenSSL, libvomsapi
//
// # Protocol
//
// HTTP over a Unix socket. The request is POST /verify, its body the DER certificates one after the other,
// as the client sent them in its TLS handshake: its own first. At most 16 certificates and 64 KiB.
//
//	200 {"dn", "ca", "vo", "fqans", "expires"}  verified
//	403 {"refused"}                             not verified, and why; safe to show to the user
//	400, 413 {"refused"}                        not a chain
//	503 {"refused"}                             no verdict: crash, time-out, too many at a time
//
// dn and ca are subject and issuer of the user's certificate, /DC=org/CN=Jane Doe; fqans are those of all
// attribute certificates, in their order; vo is the VO of the first; expires, RFC 3339, is when the first
// of all these certificates ends. Whoever gets anything but 200 is not signed in.
//
// # What is verified
//
// A chain passes if every line of this table holds.
//
//	OpenSSL     the chain ends at an authority in --certificates; signatures, validity, purpose, path
//	            lengths, and the rules of RFC 3820: a proxy is issued by a user or a proxy, never by an
//	            authority, and named after its issuer
//	OpenSSL     no certificate is revoked; each authority's list is there and current
//	OpenSSL     no key below 80 bits of security (RSA 1024), no MD5; no SHA-1 but in proxies
//	here        each proxy passes on all rights (RFC 3820 §3.8.2 leaves that to the application); with
//	            --limited-proxies, Globus's limited proxies are taken as well
//	libvomsapi  the attribute certificate's signature, validity, holder, targets, VO, and its server
//	            according to --vomsdir
//	OpenSSL     the certificate of that server: chain, validity, revocation, strength, as above; and the
//	            attribute certificate's signature with its key, in one and the same algorithm
//	here        the holder is named by issuer and serial number, which are the user certificate's
//
// libvomsapi gets the chain as OpenSSL has verified it, so certificates that a client puts beside its own
// are not seen. Its verdict on the server is confirmed because it trusts certificates that the attribute
// certificate brings along, and because it takes an error while verifying a signature for success.
//
// Not verified: signing policies and namespaces of authorities. OpenSSL does not know them, and
// libvomsapi 2.1 reads them without effect. Any authority in --certificates can therefore certify any name:
// keep there what your VOs use. No two users get each other's attributes by that, since the holder is
// bound by issuer and serial number; but they may share a name, which is why ca is in the answer. Nor is
// OCSP asked, and legacy proxies (before RFC 3820) are refused.
//
// # Trust
//
// Whoever may connect to the socket can ask, and learns nothing it has not sent. The answer is believed by
// occigate because root owns the directory of the socket. That the client holds the key of the first
// certificate is not known here: occigate's TLS handshake has shown it. The process needs no secret, keeps
// nothing, and can write nowhere.
//
// Stolen attributes are of no use in another user's proxy, since holder and user differ, nor in a
// proxy of one's own below the victim's certificate, since the victim has not signed that. A chain below a
// look-alike of an authority, or of a VOMS server, ends at no authority in the directory, whatever its
// names are. Attributes under a known name that another host has signed match no .lsc file.
//
// Each verification has a process of its own, killed when its time is over. So a crash, a leak or a loop of
// the C code, which parses what strangers send, is the end of that verification alone.
package main
