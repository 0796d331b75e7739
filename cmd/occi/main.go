// Command occi is a client of OCCI servers, for people and for scripts.
//
//	occi list compute
//	occi create compute -M os_tpl#cirros -M resource_tpl#m1-tiny -t occi.core.title=web --wait 2m
//	occi trigger compute/ID stop
//
// It signs in as every client of the EGI Federated Cloud does: it asks the endpoint, is told by the 401 where Keystone
// is, and gets a token there. Its verbs and options are those of rOCCI-cli where they make sense.
//
// Its exit codes are 0 for success, 1 for a failure and 2 for a command line that makes no sense.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the build.
var version = "devel"

const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal does not wait for a clean end
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is the whole program, from the arguments after its name to its exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	understood := false
	o := optionsFrom(getenv)
	root := &cobra.Command{
		Use:              "occi",
		Short:            "A client of OCCI servers",
		Version:          version,
		SilenceErrors:    true,
		SilenceUsage:     true,
		PersistentPreRun: func(*cobra.Command, []string) { understood = true },
	}
	o.register(root.PersistentFlags())
	for _, command := range []func(*options) *cobra.Command{
		modelCommand, listCommand, describeCommand, createCommand, updateCommand, deleteCommand,
		triggerCommand, linkCommand, unlinkCommand,
	} {
		root.AddCommand(command(o))
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	_, _ = fmt.Fprintf(stderr, "occi: %v\n", err) // there is nobody else to tell
	if !understood {
		_, _ = fmt.Fprintln(stderr, `"occi --help" lists the commands and their flags`)
		return exitUsage
	}
	return exitFailure
}
