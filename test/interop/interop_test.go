package interop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/test/sandbox"
)

// TestSandbox runs the clients against the sandbox.
func TestSandbox(t *testing.T) {
	home := homes(t)
	environment := sandbox.Start(t, "--settle", "50ms")
	run(t, home, clients(), Target{
		Endpoint: environment["OCCI_ENDPOINT"],
		Token:    environment["OCCI_TOKEN"],
		User: map[string]string{
			"OS_AUTH_URL": environment["OCCI_KEYSTONE"] + "/v3", "OS_IDENTITY_API_VERSION": "3",
			"OS_USERNAME": "demo", "OS_PASSWORD": "demo-secret", "OS_USER_DOMAIN_NAME": "Default",
			"OS_PROJECT_NAME": "demo", "OS_PROJECT_DOMAIN_NAME": "Default",
		},
		Settle: 20 * time.Second,
	})
}

// TestEndpoint runs them against the endpoint that the environment names, such as a gateway in front of a real cloud.
func TestEndpoint(t *testing.T) {
	endpoint := os.Getenv("OCCIGATE_TEST_ENDPOINT")
	if endpoint == "" {
		t.Skip("OCCIGATE_TEST_ENDPOINT names no endpoint")
	}
	everywhere := slices.DeleteFunc(clients(), func(c client) bool { return c.sandboxOnly })
	run(t, homes(t), everywhere, Target{
		Endpoint: endpoint,
		Token:    os.Getenv("OCCIGATE_TEST_TOKEN"),
		User:     userVariables(),
		Settle:   90 * time.Second,
	})
}

// TestDialogues replays what recorded clients say to the sandbox, at each of its mounts. It needs nothing installed.
func TestDialogues(t *testing.T) {
	environment := sandbox.Start(t, "--settle", "20ms")
	for _, mount := range []string{"", "/occi1.1"} {
		for _, file := range dialogues(t) {
			t.Run(mount+"/"+strings.TrimSuffix(filepath.Base(file), ".dialogue"), func(t *testing.T) {
				replay(t, Target{
					Endpoint: environment["OCCI_ENDPOINT"] + mount,
					Token:    environment["OCCI_TOKEN"],
					Settle:   20 * time.Second,
				}, file)
			})
		}
	}
}

// TestDialoguesAtEndpoint replays them to the endpoint that the environment names.
func TestDialoguesAtEndpoint(t *testing.T) {
	endpoint := os.Getenv("OCCIGATE_TEST_ENDPOINT")
	if endpoint == "" {
		t.Skip("OCCIGATE_TEST_ENDPOINT names no endpoint")
	}
	for _, file := range dialogues(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".dialogue"), func(t *testing.T) {
			replay(t, Target{Endpoint: endpoint, Token: os.Getenv("OCCIGATE_TEST_TOKEN"), Settle: 90 * time.Second}, file)
		})
	}
}

// homes returns the folder to install the clients into.
func homes(t *testing.T) string {
	t.Helper()
	home := os.Getenv("OCCIGATE_TEST_INTEROP")
	if home == "" {
		t.Skip("OCCIGATE_TEST_INTEROP names no folder to install clients into: see make interop")
	}
	home, err := filepath.Abs(home)
	if err != nil {
		t.Fatal(err)
	}
	return home
}

// userVariables returns the OS_* variables of the environment.
func userVariables() map[string]string {
	user := map[string]string{}
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "OS_") {
			user[name] = value
		}
	}
	return user
}

// run has each client do all it can, in each way it can, and prints the table.
func run(t *testing.T, homes string, clients []client, target Target) {
	t.Helper()
	var rows []row
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			home := filepath.Join(homes, strings.ReplaceAll(c.name, " ", "-"))
			if err := installOnce(t.Context(), c, home); err != nil {
				t.Fatalf("installing: %v", err)
			}
			for _, mediaType := range c.mediaTypes {
				for _, by := range c.signIns {
					t.Run(strings.ReplaceAll(mediaType, "/", "-")+"/"+string(by), func(t *testing.T) {
						for _, o := range runSession(t, c, session{target, mediaType, by, home}) {
							rows = append(rows, row{c.name, mediaType, by, o})
						}
					})
				}
			}
		})
	}
	if err := printTable(os.Stdout, target.Endpoint, rows); err != nil {
		t.Error(err)
	}
}

// installOnce installs a client, unless it is there and its folder has not changed since.
func installOnce(ctx context.Context, c client, home string) error {
	is, err := fingerprint(c)
	if err != nil {
		return err
	}
	mark := filepath.Join(home, "installed")
	if was, err := os.ReadFile(mark); err == nil && string(was) == is {
		return nil
	}
	if err := os.RemoveAll(home); err != nil {
		return err
	}
	if err := os.MkdirAll(home, 0o750); err != nil {
		return err
	}
	if err := c.install(ctx, home); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte(is), 0o600)
}

// fingerprint is another for every content of a client's folder.
func fingerprint(c client) (string, error) {
	if c.folder == "" {
		return "", nil
	}
	digest := sha256.New()
	err := filepath.WalkDir(c.folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		_, _ = fmt.Fprintf(digest, "%s %d\n%s", path, len(content), content) // a digest takes everything
		return err
	})
	return hex.EncodeToString(digest.Sum(nil)), err
}

// runSession runs a client once, each of its operations a test.
func runSession(t *testing.T, c client, s session) []operation {
	t.Helper()
	recorder := newRecorder(t, s.Endpoint)
	s.Endpoint = recorder.url
	done := c.run(t, s)
	if len(done) == 0 {
		t.Error("the client did nothing")
	}
	for _, o := range done {
		t.Run(o.name, func(t *testing.T) {
			if o.fault != "" {
				t.Error(o.fault)
			}
		})
	}
	if t.Failed() {
		t.Logf("what the gateway refused:\n%s", strings.Join(recorder.refused(), "\n"))
	}
	return done
}
