package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// The commands that the sandbox prints do what they say when they are pasted into a shell.
func TestPrintedCommands(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"--listen", "127.0.0.1:0", "--settle", "10ms"}, writer, io.Discard)
		ended <- errors.Join(err, writer.Close())
	}()
	script := readScript(t, reader)

	shell := exec.CommandContext(t.Context(), "bash", "-eu")
	shell.Dir = t.TempDir()
	shell.Stdin = strings.NewReader(script)
	var stderr bytes.Buffer
	shell.Stderr = &stderr
	output, err := shell.Output()
	if err != nil {
		t.Fatalf("the printed commands failed: %v\n%s\n%s", err, stderr.String(), output)
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if !strings.Contains(string(output), `occi.compute.state="active"`) {
		t.Errorf("the compute did not become active:\n%s", output)
	}
	for _, answer := range lines[len(lines)-2:] {
		if answer != "OK" {
			t.Errorf("got %q for stop or delete, want OK:\n%s", answer, output)
		}
	}

	stop()
	if err := <-ended; err != nil {
		t.Errorf("the sandbox did not end cleanly: %v", err)
	}
}

// readScript reads what the sandbox prints, up to the last line.
func readScript(t *testing.T, r io.Reader) string {
	t.Helper()
	var script strings.Builder
	last := welcome[strings.LastIndex(strings.TrimSpace(welcome), "\n")+1:]
	for lines := bufio.NewScanner(r); lines.Scan(); {
		script.WriteString(lines.Text() + "\n")
		if lines.Text() == strings.TrimSpace(last) {
			return script.String()
		}
	}
	t.Fatalf("the sandbox ended after printing:\n%s", script.String())
	return ""
}
