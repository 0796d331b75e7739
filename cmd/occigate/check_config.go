package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/occigate/occigate/config"
)

// checkConfigCommand tells whether serve, called alike, would accept its
// configuration, and prints every fault if it would not.
func checkConfigCommand(environ []string) *cobra.Command {
	var checkFiles bool
	cmd := &cobra.Command{
		Use:   "check-config",
		Short: "Report all faults of the configuration",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := loadConfig(cmd.Flags(), environ, checkFiles); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "configuration ok")
			return err
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&checkFiles, "check-files", false, "also read the files that are named, as serve does")
	return cmd
}
