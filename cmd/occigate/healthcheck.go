package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/occigate/occigate/config"
)

// healthcheckCommand asks a running occigate how it is, for containers and scripts
// that have no HTTP client. Its exit code is 0 for well.
func healthcheckCommand(environ []string) *cobra.Command {
	var (
		base    string
		live    bool
		timeout time.Duration
	)
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running occigate whether it is ready",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if base == "" {
				configured, err := configuredOperations(cmd.Flags(), environ)
				if err != nil {
					return err
				}
				base = configured
			}
			path := "healthz/ready"
			if live {
				path = "healthz/live"
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			target, err := askHealth(ctx, base, path)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: ok\n", target)
			return err
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().StringVar(&base, "url", "", "`URL` of the operations listener, in place of the configured one")
	cmd.Flags().BoolVar(&live, "live", false, "ask whether it is alive, not whether it is ready")
	cmd.Flags().DurationVar(&timeout, "timeout", 3*time.Second, "wait no longer than `duration`")
	return cmd
}

// configuredOperations is the URL of the operations listener as configured.
func configuredOperations(flags *pflag.FlagSet, environ []string) (string, error) {
	cfg, err := loadConfig(flags, environ, false)
	if err := faultsOfListener(err); err != nil {
		return "", err
	}
	return operationsURL(cfg.Operations.Listen)
}

// faultsOfListener is an error of loadConfig without the faults that do not concern
// the operations listener: serve may have been told with flags what is missing here.
func faultsOfListener(err error) error {
	invalid, ok := errors.AsType[*config.InvalidError](err)
	if !ok {
		return err
	}
	faults := slices.DeleteFunc(slices.Clone(invalid.Faults), func(f config.Fault) bool {
		return f.Key != "" && !strings.HasPrefix(f.Key, "operations")
	})
	if len(faults) == 0 {
		return nil
	}
	return &config.InvalidError{Faults: faults}
}

// operationsURL is where the first of the operations listener's addresses is
// reached from this machine.
func operationsURL(listen []string) (string, error) {
	if len(listen) == 0 {
		return "", errors.New("operations.listen is empty: there is no listener to ask")
	}
	host, port, err := net.SplitHostPort(listen[0])
	if err != nil {
		return "", err
	}
	switch address, err := netip.ParseAddr(host); {
	case host == "", err == nil && address == netip.IPv4Unspecified():
		host = "127.0.0.1"
	case err == nil && address == netip.IPv6Unspecified():
		host = "::1"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// askHealth asks for path below base, and gives the URL it asked. Its error is nil
// when the answer is 200. It goes there directly, whatever proxy the environment
// names.
func askHealth(ctx context.Context, base, path string) (string, error) {
	target, err := url.JoinPath(base, path)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return "", fmt.Errorf("%s: %w", target, err)
	}
	if err := response.Body.Close(); err != nil {
		return "", fmt.Errorf("%s: %w", target, err)
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", target, response.Status)
	}
	return target, nil
}
