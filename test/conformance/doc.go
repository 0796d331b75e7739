// Package conformance checks OCCI behaviour against any endpoint: the sandbox, a real cloud, any URL.
//
// The rows are the requirements of the standard. Each case shows a row or a part of it and speaks plain HTTP; where the
// two versions of OCCI differ, it is run as a client of each. Cases share a few entities (a compute, a storage,
// networks) that are made when first needed and deleted at the end, since a real cloud takes seconds for each. Run
// prints a table of all rows with their results. A row that no case shows has to be listed in docs/occi-divergences.md.
package conformance
