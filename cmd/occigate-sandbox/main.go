// Command occigate-sandbox is the gateway in front of an OpenStack in memory, for trying out: nothing to install,
// nothing to configure, nothing left behind. It prints where it listens and a token, as variables that a shell can
// evaluate, and some curl commands to begin with.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/occigate/occigate/cmd/assemble"
	"github.com/occigate/occigate/config"
	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/test/openstacktest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "occigate-sandbox:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("occigate-sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:8787", "serve OCCI on this `address`")
	settle := flags.Duration("settle", 300*time.Millisecond, "how long servers take to start, volumes to attach, and so on")
	latency := flags.Duration("latency", 0, "how much longer each call to OpenStack takes")
	nova := flags.String("nova", "", "newest `version` of Nova's API, such as 2.60 for Queens (default: as in Zed)")
	cinder := flags.String("cinder", "", "likewise of Cinder's, such as 3.50")
	verbose := flags.Bool("log", false, "log each request to standard error")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}

	cloud, err := openstacktest.Start(openstacktest.Options{Settle: *settle, Latency: *latency, NovaMax: *nova, CinderMax: *cinder})
	if err != nil {
		return err
	}
	defer cloud.Close()
	token, err := cloud.Token("demo", "demo")
	if err != nil {
		return err
	}

	logger := zap.NewNop()
	if *verbose {
		if logger, err = assemble.Logger(config.Log{Level: config.LogInfo, Format: config.LogConsole}, stderr); err != nil {
			return err
		}
	}
	state, err := os.MkdirTemp("", "occigate-sandbox-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(state) }()
	server, err := assemble.Server(ctx, sandboxConfig(cloud.AuthURL(), *listen, state), "sandbox", logger)
	if err != nil {
		return err
	}
	endpoint := "http://" + server.Addrs()[0].String()
	if _, err := fmt.Fprintf(stdout, welcome, endpoint, token, endpoint+gateway.FacadePath); err != nil {
		return err
	}
	return server.Run(ctx)
}

// sandboxConfig is the default configuration, except that it ends at once, needs no second listener, keeps its state in
// a directory that goes with it, and makes a compute for whoever asks for no more than that.
func sandboxConfig(keystone, listen, state string) config.Config {
	cfg := config.Default()
	cfg.Keystone.URL = keystone
	cfg.Templates.Profile = true
	cfg.LegacyKeystone = true
	cfg.Listen = []string{listen}
	cfg.Operations.Listen = nil
	cfg.Mixins.Path = filepath.Join(state, "mixins.db")
	cfg.Timeouts.DrainDelay = 0
	cfg.Defaults = config.Defaults{OSTpl: "cirros", ResourceTpl: "m1.tiny", Network: "private"}
	return cfg
}
