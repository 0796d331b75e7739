package interop

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Target is a gateway and who uses it.
type Target struct {
	Endpoint string            // URL of the OCCI service
	Token    string            // a token for the project of the user
	User     map[string]string // the OS_* variables of the user
	Settle   time.Duration     // how long a compute may take to start, and so on
}

// session is one run of a client.
type session struct {
	Target
	mediaType string
	signIn    signIn
	home      string // what the client was installed into
}

// publicKey is what users put into their computes.
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl user@example.org"

// signIn is how a client comes to its token.
type signIn string

const (
	byToken    signIn = "token"    // it is handed one
	byPassword signIn = "password" // it signs in at the Keystone that the challenge names
)

// client is a program of others.
type client struct {
	name        string
	mediaTypes  []string
	signIns     []signIn
	sandboxOnly bool
	folder      string // of what it is driven with; "" if that is all in Go
	// install puts the client into a folder, or finds it there.
	install func(ctx context.Context, home string) error
	// run has the client do all it can and returns what became of each operation.
	run func(t *testing.T, s session) []operation
}

// operation is one thing that a client did; without a fault it was done.
type operation struct{ name, fault string }

// clients are all that are run, in the order of the table.
func clients() []client {
	return []client{jocci(), pocci(), openStack(), curl()}
}

// inPath insists on programs that a distribution's packages bring.
func inPath(programs ...string) func(context.Context, string) error {
	return func(context.Context, string) error {
		for _, program := range programs {
			if _, err := exec.LookPath(program); err != nil {
				return err
			}
		}
		return nil
	}
}

// environ is the environment of a client's process: ours, and who to be.
func (s session) environ(more ...string) []string {
	environ := append(os.Environ(), "OCCI_ENDPOINT="+s.Endpoint, "OCCI_TOKEN="+s.Token)
	for name, value := range s.User {
		environ = append(environ, name+"="+value)
	}
	return append(environ, more...)
}

// execute runs a program to its end; the error has all that it said.
func execute(ctx context.Context, name string, arguments ...string) error {
	output, err := exec.CommandContext(ctx, name, arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, output)
	}
	return nil
}
