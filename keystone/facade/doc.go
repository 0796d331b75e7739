// Package facade speaks Keystone's v2.0 API, which Keystone itself lost in its release Queens, to
// clients that know no other: jOCCI, pOCCI, rOCCI with passwords, Infrastructure Manager with proxies.
//
//	GET  /               300, the versions: v2.0, and what Keystone has behind it
//	GET  /v2.0           version document
//	POST /v2.0/tokens    sign-in by password, token or proxy certificate; 200
//	GET  /v2.0/tenants   the projects of a token
//	     /v3…            passed on to Keystone: version document, tokens, own projects, federated sign-in
//
// Everything of v2.0 is translated to v3, and so is the answer: user and projects are looked for in one
// domain, which is all v2.0 knows, and a tenant of another domain is found by the token that may use it.
//
// Of a request that is passed on, only known header fields go through, so nobody can claim here what
// Keystone believes of the proxy that is in front of it (OIDC-…, REMOTE_USER, X-Forwarded-…). Of the
// answer, too; links to Keystone itself are replaced by links to here. Paths, methods and sizes are
// bounded. No service of Keystone but signing in is to be had.
//
// Proxy certificates with VOMS attributes are handed to [VOMS] as the connection brought them. Nothing
// in this package trusts them.
//
// Errors are in Keystone's form. Whatever keeps Keystone from giving a usable answer is 503 with
// Retry-After. Nothing is kept between requests.
package facade
