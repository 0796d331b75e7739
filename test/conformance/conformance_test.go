package conformance

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/test/sandbox"
)

// TestSandbox runs the suite against the sandbox as a process of its own, the way a newcomer starts it.
func TestSandbox(t *testing.T) {
	environment := sandbox.Start(t, "--settle", "20ms")
	for _, mount := range []string{"", "/occi1.1", "/occi1.2"} {
		t.Run("mount"+strings.ReplaceAll(mount, "/", "-"), func(t *testing.T) {
			Run(t, Target{
				Endpoint: environment["OCCI_ENDPOINT"] + mount,
				Token:    environment["OCCI_TOKEN"],
				Keystone: environment["OCCI_KEYSTONE"],
				Settle:   20 * time.Second,
				Poll:     5 * time.Millisecond,
				Out:      os.Stdout,
			})
		})
	}
}

// TestOldSandbox runs the suite in front of an OpenStack of the release Queens.
func TestOldSandbox(t *testing.T) {
	environment := sandbox.Start(t, "--settle", "20ms", "--nova", "2.60", "--cinder", "3.50")
	Run(t, Target{
		Endpoint: environment["OCCI_ENDPOINT"],
		Token:    environment["OCCI_TOKEN"],
		Keystone: environment["OCCI_KEYSTONE"],
		Settle:   20 * time.Second,
		Poll:     5 * time.Millisecond,
		Out:      os.Stdout,
	})
}

// TestEndpoint runs the suite against the endpoint that the environment names, such as a gateway
// in front of a real cloud. The token's project needs room for two computes, two storages, seven networks and a floating
// IP, and a router with a gateway on the default external network; the endpoint has to keep the mixins of users, and to let the caller delete the networks of a filter.
func TestEndpoint(t *testing.T) {
	endpoint := os.Getenv("OCCIGATE_TEST_ENDPOINT")
	if endpoint == "" {
		t.Skip("OCCIGATE_TEST_ENDPOINT names no endpoint")
	}
	Run(t, Target{
		Endpoint: endpoint,
		Token:    os.Getenv("OCCIGATE_TEST_TOKEN"),
		Keystone: os.Getenv("OCCIGATE_TEST_KEYSTONE"),
		Settle:   90 * time.Second,
		Poll:     300 * time.Millisecond,
		Out:      os.Stdout,
	})
}
