package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Bounds of what is kept of a child's output: its verdict, and the first words about a crash.
const (
	maxVerdict = 128 << 10
	maxDetail  = 512
)

// child verifies in a process of its own: program with arguments, told to verify standard input.
type child struct {
	program   string
	arguments []string
}

// newChild makes children of this same program with the trust t.
func newChild(t trust) child {
	return child{"/proc/self/exe", []string{
		"verify", "--certificates=" + t.certificates, "--vomsdir=" + t.vomsdir,
		fmt.Sprintf("--limited-proxies=%t", t.limitedProxies),
	}}
}

// verify returns the verdict of a child that is killed when ctx ends. The error of a child without a
// verdict is for the log.
func (c child) verify(ctx context.Context, der []byte) (verdict, error) {
	stdout, stderr := capped{room: maxVerdict}, capped{room: maxDetail}
	command := exec.CommandContext(ctx, c.program, c.arguments...) //nolint:gosec // this program and its own flags
	command.Env = []string{}                                       // not nil: libraries look for paths in the environment
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(der), &stdout, &stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	command.WaitDelay = time.Second
	err := command.Run()
	detail := strings.TrimSpace(stderr.text.String())
	if ctx.Err() != nil {
		return verdict{}, context.Cause(ctx)
	}
	if err != nil {
		return verdict{}, fmt.Errorf("%w: %s", err, detail)
	}
	v := verdict{detail: detail}
	if err := json.Unmarshal(stdout.text.Bytes(), &v); err != nil {
		return verdict{}, err
	}
	return v, v.whole()
}

// whole fails if v is neither a refusal nor everything about somebody.
func (v verdict) whole() error {
	known := v.DN != "" && v.CA != "" && v.VO != "" && len(v.FQANs) > 0 && v.Expires != nil
	if (v.Refused != "") == known {
		return errors.New("a verdict that is none")
	}
	return nil
}

// capped keeps the beginning of what is written to it.
type capped struct {
	text bytes.Buffer
	room int
}

// Write keeps p as far as there is room, and takes it in any case.
func (c *capped) Write(p []byte) (int, error) {
	c.text.Write(p[:min(len(p), c.room-c.text.Len())])
	return len(p), nil
}
