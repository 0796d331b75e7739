// Command occigate is an OCCI server in front of OpenStack.
//
// Its exit codes are 0 for success, 1 for a failure while running, 2 for a command
// line that makes no sense and 3 for a configuration with faults.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/occigate/occigate/config"
)

const (
	exitOK            = 0
	exitFailure       = 1
	exitUsage         = 2
	exitConfiguration = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal does not wait for a clean end
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// run is the whole program, from the arguments after its name to its exit code. It
// ends early when ctx does.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	understood := false
	root := &cobra.Command{
		Use:               "occigate",
		Short:             "An OCCI server in front of OpenStack",
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRun:  func(*cobra.Command, []string) { understood = true },
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.AddCommand(
		serveCommand(environ), //nolint:contextcheck // cobra hands the context to the command
		checkConfigCommand(environ),
		registerCommand(environ),
		versionCommand(),
		healthcheckCommand(environ), //nolint:contextcheck // cobra hands the context to the command
	)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)

	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	text, code := verdict(err, understood)
	_, _ = io.WriteString(stderr, text) // there is nobody else to tell
	return code
}

// verdict is what a failure looks like from outside: lines of text and an exit code.
// understood is whether a command got as far as to run.
func verdict(err error, understood bool) (text string, code int) {
	if invalid, ok := errors.AsType[*config.InvalidError](err); ok {
		return invalid.Error() + "\n", exitConfiguration
	}
	text = fmt.Sprintf("occigate: %v\n", err)
	if !understood {
		return text + "\"occigate --help\" lists the commands and their flags\n", exitUsage
	}
	return text, exitFailure
}

// loadConfig is the configuration of a command that has the flags of [config.Flags].
// Its error is that of [config.Load].
func loadConfig(flags *pflag.FlagSet, environ []string, checkFiles bool) (config.Config, error) {
	path, err := flags.GetString(config.ConfigFlag)
	if err != nil {
		return config.Config{}, err
	}
	return config.Load(config.Source{Path: path, Environ: environ, Flags: flags, CheckFiles: checkFiles})
}
