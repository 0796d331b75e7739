// Package conformance checks OCCI behaviour against any endpoint: the sandbox, a real cloud, any URL.
//
// Each case is named after the requirement it shows and speaks plain HTTP. Cases share a few entities (a compute,
// a storage, a network) that are made when first needed and deleted at the end, since a real cloud takes seconds
// for each. Run prints a table of all cases with their results.
package conformance
