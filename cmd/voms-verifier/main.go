package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := rootCommand().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "voms-verifier:", err)
		os.Exit(1)
	}
}

func rootCommand() *cobra.Command {
	var t trust
	root := &cobra.Command{
		Use:               "voms-verifier",
		Short:             "Verify proxy certificates with VOMS attributes",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&t.certificates, "certificates", "/etc/grid-security/certificates",
		"`directory` of authorities and lists of revoked certificates, with OpenSSL's hash links")
	flags.StringVar(&t.vomsdir, "vomsdir", "/etc/grid-security/vomsdir", "`directory` of the VOs' servers, VO/host.lsc")
	flags.BoolVar(&t.limitedProxies, "limited-proxies", false, "accept limited proxies, which are not meant to start work")
	root.AddCommand(serveCommand(&t), verifyCommand(&t))
	return root
}

// directories fails if a directory of t cannot be read: then nobody could sign in.
func (t trust) directories() error {
	var errs []error
	for _, directory := range []string{t.certificates, t.vomsdir} {
		_, err := os.ReadDir(directory)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
