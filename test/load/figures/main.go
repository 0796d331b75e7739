// Command figures prints what the gateway costs: for each operation the time a client waits, the gateway's own share
// of it, and the calls to OpenStack behind it, with every upstream call taking 20 ms. The gateway runs as a process
// of its own, as it does at a site; OpenStack is the simulator, in this process, so that its call log can be read.
//
// The figures are for comparing two versions on one machine: absolute times depend on it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/occigate/occigate/test/openstacktest"
)

// What the simulated project holds.
const (
	upstreamLatency = 20 * time.Millisecond
	imageCount      = 200
	flavorCount     = 50
	serverCount     = 1000
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	runs := flag.Int("n", 30, "measured requests per operation")
	flag.Parse()
	if err := run(ctx, *runs, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runs int, out io.Writer) error {
	cloud, err := openstacktest.Start(openstacktest.Options{Latency: upstreamLatency})
	if err != nil {
		return err
	}
	defer cloud.Close()
	for resource, limit := range map[string]int{"instances": 2 * serverCount, "cores": 4 * serverCount, "ram": 4 << 20} {
		if err := cloud.SetQuota("demo", resource, limit); err != nil {
			return err
		}
	}
	cloud.AddImages(imageCount)
	cloud.AddFlavors(flavorCount)
	servers, err := cloud.AddServers("demo", serverCount)
	if err != nil {
		return err
	}
	token, err := cloud.Token("demo", "demo")
	if err != nil {
		return err
	}
	gateway, err := startGateway(ctx, cloud.AuthURL())
	if err != nil {
		return err
	}
	defer gateway.stop()

	client := newClient(gateway.endpoint, token)
	model, err := client.warmUp(ctx)
	if err != nil {
		return err
	}
	osTemplate, err := category(model, "cirros")
	if err != nil {
		return err
	}
	resourceTemplate, err := category(model, "m1.tiny")
	if err != nil {
		return err
	}
	idle, err := gateway.residentMiB()
	if err != nil {
		return err
	}
	table := printer{out: out}
	table.printf("%-36s %10s %12s %6s %7s %7s %7s\n", "operation", "p50", "own p50", "goal", "calls", "rounds", "ooi")
	for _, o := range operations(servers[0], osTemplate, resourceTemplate) {
		f, err := measure(ctx, cloud, client, o, runs)
		if err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
		table.printf("%-36s %10s %12s %6s %7d %7d %7s\n", o.name, f.total.Round(10*time.Microsecond),
			f.own.Round(10*time.Microsecond), o.goal, f.calls, f.rounds, o.ooi)
	}
	table.printf("\nooi: the calls that it made for the same, in as many rounds; n: servers\n")
	table.printf("idle memory %.1f MiB (goal 40)\n", idle)
	return table.err
}

// printer writes until a write fails.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}
