package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// gateway is a running occigate process.
type gateway struct {
	process  *exec.Cmd
	folder   string // holds the binary
	endpoint string
}

// startGateway builds and starts occigate in front of the given Keystone.
func startGateway(ctx context.Context, keystone string) (*gateway, error) {
	folder, err := os.MkdirTemp("", "occigate-figures-")
	if err != nil {
		return nil, err
	}
	g := &gateway{folder: folder}
	binary := filepath.Join(folder, "occigate")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/occigate")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("building occigate: %w", err)
	}
	g.process = exec.CommandContext(ctx, binary, "serve", "--keystone", keystone,
		"--listen", "127.0.0.1:0", "--operations-listen", "127.0.0.1:0", "--log-format", "json")
	g.process.Env = append(os.Environ(), "OCCIGATE_MIXINS_STORE=") // leave no state behind
	log, err := g.process.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := g.process.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(log)
	if g.endpoint, err = readEndpoint(lines); err != nil {
		return nil, err
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // ends with the process
	return g, nil
}

// readEndpoint reads the log up to the line that tells where the gateway serves.
func readEndpoint(log *bufio.Reader) (string, error) {
	for {
		line, err := log.ReadBytes('\n')
		if err != nil {
			return "", fmt.Errorf("the gateway ended before it served: %w", err)
		}
		var serving struct{ Listen []string }
		if err := json.Unmarshal(line, &serving); err != nil {
			return "", fmt.Errorf("log line %q: %w", line, err)
		}
		if len(serving.Listen) > 0 {
			return "http://" + serving.Listen[0], nil
		}
	}
}

// residentMiB is the memory of the process.
func (g *gateway) residentMiB() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			return kib / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in %q", status)
}

// stop ends the process and removes the binary. Nothing depends on how it ended.
func (g *gateway) stop() {
	_ = g.process.Process.Signal(syscall.SIGKILL)
	_ = g.process.Wait()
	_ = os.RemoveAll(g.folder)
}
