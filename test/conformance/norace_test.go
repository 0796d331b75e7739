//go:build !race

package conformance

// buildFlags build the sandbox as this test is built.
var buildFlags = []string{"build"}
