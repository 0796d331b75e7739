// Package openstacktest is a small OpenStack in memory: Keystone v3, Nova v2.1, Neutron v2.0,
// Cinder v3 and Glance v2 behind real HTTP on one loopback listener.
//
// It keeps state (a created server has ports, a deleted one leaves what the real one leaves), isolates
// projects, expires tokens, pages its lists and answers errors in each service's own words. It is
// strict: a path, method, body field, content type or microversion that the real service does not
// know is answered as the real service would answer it and recorded as a violation, so that a test
// can ask for none. What it claims is checked against a real cloud by package contract.
//
// # A call
//
//	latency → fault → settle what is due → token → microversion → route → handler → call log → answer
//
// Handlers run one at a time under the cloud's lock; latency and delays are spent outside it, so
// concurrent calls overlap as they would with a real cloud.
//
// # Time
//
// State that a real service reaches in the background (BUILD to ACTIVE, creating to available) is
// queued as an event due after Options.Settle on Options.Now's clock. Due events run when the next
// request arrives: nothing runs between requests, and a test that moves the clock needs no sleep.
//
// # Mounts
//
// Every service lives under a path of its own: /identity, /compute, /networking, /volume, /image and
// /placement. RegionTwo and the interfaces internal and admin lead to the same services through a
// path prefix, so that the call log shows which endpoint a client selected.
package openstacktest
