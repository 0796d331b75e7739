package interop

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// jocci is CESNET's library for Java, driven by jocci/Driver.java.
func jocci() client {
	return client{
		name:       "jOCCI 0.2.6",
		folder:     "jocci",
		mediaTypes: []string{"text/plain", "text/occi"},
		signIns:    []signIn{byToken, byPassword},
		install:    installJOCCI,
		run:        runJOCCI,
	}
}

func installJOCCI(ctx context.Context, home string) error {
	const copyDependencies = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
	err := execute(ctx, "mvn", "--quiet", "--batch-mode", "--file", "jocci/pom.xml", copyDependencies,
		"-DoutputDirectory="+filepath.Join(home, "lib"))
	if err != nil {
		return err
	}
	return execute(ctx, "javac", "-encoding", "UTF-8", "-Xlint:all", "-cp", filepath.Join(home, "lib", "*"), "-d", home, "jocci/Driver.java")
}

func runJOCCI(t *testing.T, s session) []operation {
	t.Helper()
	driver := exec.CommandContext(t.Context(), "java", "-Dfile.encoding=UTF-8", "-cp", s.home+":"+filepath.Join(s.home, "lib", "*"),
		"Driver", s.Endpoint, s.mediaType, string(s.signIn))
	driver.Env = s.environ("OCCI_PUBLIC_KEY=" + publicKey)
	var errors bytes.Buffer
	driver.Stderr = &errors
	said, err := driver.Output()
	done := readOperations(string(said))
	if err != nil && len(done) == 0 {
		t.Fatalf("the driver: %v\n%s", err, errors.Bytes())
	}
	return done
}

// readOperations reads what a driver prints: lines of a name, a tab, and "pass" or a fault.
func readOperations(said string) []operation {
	var done []operation
	for line := range strings.Lines(said) {
		name, fault, found := strings.Cut(strings.TrimSpace(line), "\t")
		if !found {
			continue
		}
		if fault == "pass" {
			fault = ""
		}
		done = append(done, operation{name: name, fault: fault})
	}
	return done
}
