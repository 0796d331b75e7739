// Package interop runs real third-party clients, unmodified, against any endpoint, and prints what each of them could
// do: client × operation × media type × sign-in.
//
// Each client is installed from its ordinary registry at a pinned version, into the folder that OCCIGATE_TEST_INTEROP
// names; its folder here holds what it is driven with. It speaks to the gateway through a recorder, so that a failure
// comes with the exchange that caused it. What a client makes, it or its driver deletes.
package interop
