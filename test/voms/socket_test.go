package voms_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSystemdSocket: the verifier serves on the socket that systemd has opened for it.
func TestSystemdSocket(t *testing.T) {
	t.Parallel()
	requireTools(t)
	g := newGrid(t)
	path := filepath.Join(t.TempDir(), "socket")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	file, err := listener.File()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	serve := exec.CommandContext(ctx, "/bin/sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"`,
		buildVerifier(t), "serve", "--certificates="+g.certificates, "--vomsdir="+g.vomsdir)
	serve.ExtraFiles = []*os.File{file}
	serve.Stderr = os.Stderr
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = serve.Wait() // it was killed
	})
	for _, c := range []interface{ Close() error }{file, listener} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	p := attested(t, g, g.user, g.voms, "dteam", []string{member})
	if got := askAt(path).ask(t, raw(p.chain())); got.Status != http.StatusOK || got.DN != userDN {
		t.Errorf("got %+v, want the user", got)
	}
}

// TestSocketLeftOver: a socket of a verifier that was killed is replaced, a file is not.
func TestSocketLeftOver(t *testing.T) {
	t.Parallel()
	requireTools(t)
	g := newGrid(t)
	binary := buildVerifier(t)
	path := filepath.Join(t.TempDir(), "socket")
	write(t, path, "not a socket")
	serve := exec.CommandContext(t.Context(), binary, "serve", "--socket="+path, "--certificates="+g.certificates, "--vomsdir="+g.vomsdir)
	if text, err := serve.CombinedOutput(); err == nil {
		t.Errorf("served in place of a file:\n%s", text)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	startVerifierAt(t, binary, path, g)
}

// TestNoDirectories: a verifier that can trust nobody does not start.
func TestNoDirectories(t *testing.T) {
	t.Parallel()
	requireTools(t)
	serve := exec.CommandContext(t.Context(), buildVerifier(t), "serve", "--socket="+filepath.Join(t.TempDir(), "socket"),
		"--certificates=/nonexistent", "--vomsdir=/nonexistent")
	if text, err := serve.CombinedOutput(); err == nil {
		t.Errorf("served without directories:\n%s", text)
	}
}
