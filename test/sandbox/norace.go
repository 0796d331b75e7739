//go:build !race

package sandbox

// buildFlags build the sandbox as the test is built that starts it.
var buildFlags = []string{"build"}
