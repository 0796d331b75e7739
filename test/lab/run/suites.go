package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// suite is a package and those of its tests that are for the real cloud.
type suite struct{ name, folder, tests string }

// suites run in this order and never together: both use the cloud as the same user.
var suites = []suite{
	{name: "contract", folder: "test/contract", tests: "^TestCloud$"},
	{name: "conformance", folder: "test/conformance", tests: "^TestEndpoint$"},
	{name: "VOMS", folder: "test/voms", tests: "."},
	{name: "sign-in", folder: "keystone/facade", tests: "^TestEndpoint$"},
	{name: "credentials", folder: "test/signin", tests: "^TestCloud$"},
	{name: "real clients", folder: "test/interop", tests: "Endpoint$"},
	{name: "definitions", folder: "translate/definitions", tests: "."}, // on MariaDB as well
}

// runSuites runs the tests on the cloud and on the gateway in front of it, and returns a line for each
// suite. Each has to run something, and all of it.
func runSuites(ctx context.Context, cloud environment, endpoint, token string) (string, error) {
	database, err := cloud.database(ctx)
	if err != nil {
		return "", err
	}
	clients, err := filepath.Abs(filepath.Join(".cache", "interop"))
	if err != nil {
		return "", err
	}
	environ := append(os.Environ(),
		"OCCIGATE_TEST_CLOUD=1",
		// the lab's second user, of another project, for what has to be kept apart
		"OCCIGATE_TEST_OTHER_USER=other",
		"OCCIGATE_TEST_OTHER_PASSWORD="+cloud["OS_PASSWORD"],
		"OCCIGATE_TEST_OTHER_PROJECT=other",
		"OCCIGATE_TEST_ADMIN_PASSWORD=admin-secret", // the lab's, for users in several projects
		"OCCIGATE_TEST_MYSQL="+database,
		"OCCIGATE_TEST_INTEROP="+clients,
		"OCCIGATE_TEST_ENDPOINT="+endpoint,
		"OCCIGATE_TEST_TOKEN="+token,
		"OCCIGATE_TEST_LEGACY_ENDPOINT="+endpoint,
		"OCCIGATE_TEST_KEYSTONE="+endpoint+"/keystone") // as the challenge names it
	for name, value := range cloud {
		environ = append(environ, name+"="+value)
	}

	var errs []error
	var summary strings.Builder
	for _, s := range suites {
		counted, err := s.run(ctx, environ)
		fmt.Fprintf(&summary, "%s on the real cloud: %s\n", s.name, counted)
		errs = append(errs, err, counted.fault(s.name))
	}
	return summary.String(), errors.Join(errs...)
}

// run runs the suite's tests and counts them.
func (s suite) run(ctx context.Context, environ []string) (counts, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	packages := "./" + s.folder + "/..."
	test := command(ctx, "go", "test", "-json", "-count=1", "-timeout=14m", "-run="+s.tests, packages)
	test.Env = environ
	test.Stdout = nil // a pipe instead
	events, err := test.StdoutPipe()
	if err != nil {
		return counts{}, err
	}
	if err := test.Start(); err != nil {
		return counts{}, err
	}
	counted, countErr := count(events, os.Stdout)
	if err := test.Wait(); err != nil {
		return counted, fmt.Errorf("go test %s: %w", packages, err)
	}
	return counted, countErr
}
