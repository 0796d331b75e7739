package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	readyWithin   = 20 * time.Second
	stoppedWithin = 20 * time.Second
)

// gateway is a running occigate.
type gateway struct {
	endpoint string // URL of the OCCI service
	process  *os.Process
	ended    chan error // gets the result once, when the process has ended
	log      string     // file of all it writes
}

// startGateway starts the binary on free loopback ports, writing to the file log, and waits until it
// is ready.
func startGateway(ctx context.Context, binary, keystone, log string) (*gateway, error) {
	addresses, err := freeAddresses(2)
	if err != nil {
		return nil, err
	}
	occi, operations := addresses[0], addresses[1]
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	serve := command(context.WithoutCancel(ctx), binary, "serve", "--keystone", keystone, "--listen", occi, "--operations-listen", operations)
	serve.Env = []string{ // nothing of the caller's
		"OCCIGATE_TIMEOUTS_DRAIN_DELAY=0s",
		"OCCIGATE_LEGACY_KEYSTONE=true",
		"OCCIGATE_DEFAULTS_OS_TPL=cirros", // pOCCI names no template
		"OCCIGATE_DEFAULTS_RESOURCE_TPL=m1.tiny",
		"OCCIGATE_DEFAULTS_NETWORK=private",
		"OCCIGATE_TEMPLATES_PROFILE=true",
		"STATE_DIRECTORY=" + filepath.Dir(binary),
	}
	serve.Stdout, serve.Stderr = output, output
	if err := errors.Join(serve.Start(), output.Close()); err != nil {
		return nil, fmt.Errorf("start of the gateway: %w", err)
	}
	g := &gateway{endpoint: "http://" + occi, process: serve.Process, ended: make(chan error, 1), log: log}
	go func() { g.ended <- serve.Wait() }()

	if err := g.awaitReady(ctx, "http://"+operations+"/healthz/ready"); err != nil {
		return nil, errors.Join(err, g.printLog(nil), g.stop())
	}
	return g, nil
}

func (g *gateway) awaitReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for !answers(ctx, url) {
		select {
		case err := <-g.ended:
			g.ended <- err
			return errors.New("the gateway ended at once")
		case <-ctx.Done():
			return fmt.Errorf("the gateway is not ready at %s: %w", url, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// answers reports whether url answers 200.
func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	err = response.Body.Close()
	return err == nil && response.StatusCode == http.StatusOK
}

// stop ends the gateway as an operator would; an unclean end is an error.
func (g *gateway) stop() error {
	if err := g.process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop of the gateway: %w", err)
	}
	select {
	case err := <-g.ended:
		if err != nil {
			return fmt.Errorf("end of the gateway: %w", err)
		}
		return nil
	case <-time.After(stoppedWithin):
		err := g.process.Kill()
		return errors.Join(fmt.Errorf("the gateway had not ended after %v", stoppedWithin), err)
	}
}

// printLog prints the lines of the gateway's log that contain part; all of them where that is empty.
func (g *gateway) printLog(part []byte) error {
	text, err := os.ReadFile(g.log)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		if bytes.Contains(line, part) {
			fmt.Printf("occigate: %s", line)
		}
	}
	return nil
}

// freeAddresses finds loopback addresses that nobody listens on.
func freeAddresses(n int) ([]string, error) {
	var addresses []string
	var listeners []net.Listener // closed all at once, so that they differ
	var err error
	for range n {
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			break
		}
		listeners = append(listeners, l)
		addresses = append(addresses, l.Addr().String())
	}
	for _, l := range listeners {
		err = errors.Join(err, l.Close())
	}
	return addresses, err
}
