// Command run tests the gateway on a real OpenStack: it brings the lab up unless it is up, starts
// occigate in front of it, runs test/contract and test/conformance, counts, and stops what it started.
//
// A lab that was up before stays up, except in CI, where nothing is left running.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lab-test:", err)
		os.Exit(1)
	}
}

// run does it all; the working directory is the module's root.
func run(ctx context.Context) (err error) {
	keep := labIsUp(ctx) && os.Getenv("CI") == ""
	cloud, err := labUp(ctx)
	if err != nil {
		return err
	}
	if !keep {
		defer func() { err = errors.Join(err, labDown(context.WithoutCancel(ctx))) }()
	}

	directory, err := os.MkdirTemp("", "occigate-lab-test-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(directory)) }()
	binary := filepath.Join(directory, "occigate")
	if err := command(ctx, "go", "build", "-o", binary, "./cmd/occigate").Run(); err != nil {
		return fmt.Errorf("build of the gateway: %w", err)
	}

	token, err := cloud.token(ctx)
	if err != nil {
		return fmt.Errorf("token for %s: %w", cloud["OS_USERNAME"], err)
	}
	log := filepath.Join(cloud["OPENSTACK_LAB"], "log", "occigate.log")
	gateway, err := startGateway(ctx, binary, cloud["OS_AUTH_URL"], log)
	if err != nil {
		return err
	}
	summary, err := runSuites(ctx, cloud, gateway.endpoint, token)
	err = errors.Join(err, gateway.stop())
	if err != nil {
		err = errors.Join(err, gateway.printLog([]byte(`"level":"error"`)))
	}
	fmt.Print(summary)
	return err
}

// command is a command that shares our output. It gets a process group of its own: interrupted,
// we end it with all its children, and what stops things is not interrupted with us.
func command(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, arguments...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
	c.WaitDelay = time.Minute
	return c
}
