package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// serveCommand answers on a Unix socket until the command's context ends.
func serveCommand(t *trust) *cobra.Command {
	var socket string
	var timeout time.Duration
	var parallel int
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer on a Unix socket, or on the one that systemd hands over",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if timeout <= 0 || parallel <= 0 {
				return errors.New("--timeout and --parallel must be above zero")
			}
			if _, err := check(nil, *t); errors.Is(err, errWithout) {
				return err
			}
			if err := t.directories(); err != nil {
				return err
			}
			listener, err := listen(cmd.Context(), socket)
			if err != nil {
				return err
			}
			logger := slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
			logger.Info("serving", "socket", listener.Addr().String(), "certificates", t.certificates, "vomsdir", t.vomsdir)
			return serve(cmd.Context(), listener, newHandler(newChild(*t).verify, timeout, parallel, logger), timeout)
		},
	}
	cmd.Flags().StringVar(&socket, "socket", "/run/voms-verifier/socket", "`path` of the socket, unless systemd hands one over")
	cmd.Flags().DurationVar(&timeout, "timeout", 5*time.Second, "of one verification")
	cmd.Flags().IntVar(&parallel, "parallel", 4, "`number` of verifications at a time; more wait")
	return cmd
}

// serve serves until ctx ends, and then ends what is under way.
func serve(ctx context.Context, listener net.Listener, h http.Handler, timeout time.Duration) error {
	server := &http.Server{
		Handler: h, ReadTimeout: timeout, WriteTimeout: 2*timeout + time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10,
	}
	ended := make(chan error, 1)
	go func() {
		<-ctx.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*timeout)
		defer cancel()
		ended <- server.Shutdown(ctx)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// systemdSocket is the first descriptor that systemd hands over: sd_listen_fds(3).
const systemdSocket = 3

// listen opens the socket that systemd has made, else its own at path, in place of one that is left over.
func listen(ctx context.Context, path string) (net.Listener, error) {
	if os.Getenv("LISTEN_PID") == strconv.Itoa(os.Getpid()) && os.Getenv("LISTEN_FDS") == "1" {
		file := os.NewFile(systemdSocket, "systemd")
		defer func() { _ = file.Close() }() // the listener has a copy
		return net.FileListener(file)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("%q is no socket", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o660); err != nil { //nolint:gosec // whoever is in the group may ask
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}
