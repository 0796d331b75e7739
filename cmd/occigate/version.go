package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set when a release is built: -ldflags "-X main.version=v1.2.3".
var version string

// build is what this binary was made from.
type build struct {
	version string // "v1.2.3" or "devel"
	commit  string // of the source, or "unknown"
	golang  string // "go1.26.0"
}

// thisBuild describes the running binary: version as it was set, the rest, and
// what was not set, as the Go toolchain recorded it.
func thisBuild() build {
	b := build{version: version, golang: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "(devel)" {
			b.version = cmp.Or(b.version, info.Main.Version)
		}
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				b.commit = setting.Value
			}
		}
	}
	b.version = cmp.Or(b.version, "devel")
	b.commit = cmp.Or(b.commit, "unknown")
	return b
}

// String is the line that the version command prints.
func (b build) String() string {
	return fmt.Sprintf("occigate %s (commit %s, %s)", b.version, b.commit, b.golang)
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit and the Go version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), thisBuild())
			return err
		},
	}
}
