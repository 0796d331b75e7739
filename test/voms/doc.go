// Package voms tests the sign-in with VOMS proxies from end to end: real proxies by Debian's
// voms-proxy-fake, a test authority, and the real voms-verifier with OpenSSL and libvomsapi. Everything
// that must not sign in is a subtest of its own.
//
// It needs Debian's packages voms-dev, voms-clients, openssl and gcc, and is skipped without them. In
// `make lab-test`, where nothing may be skipped, it also signs in at the real Keystone.
package voms
