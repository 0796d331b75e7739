//go:build !voms

package main

// check is not there: this build has no OpenSSL and no libvomsapi.
func check([]byte, trust) (verdict, error) { return verdict{}, errWithout }
