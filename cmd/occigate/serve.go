package main

import (
	"context"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/occigate/occigate/cmd/assemble"
	"github.com/occigate/occigate/config"
)

// serveCommand runs the gateway until the command's context ends.
func serveCommand(environ []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve OCCI",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd.Flags(), environ, true)
			if err != nil {
				return err
			}
			logger, err := assemble.Logger(cfg.Log, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return serve(cmd.Context(), cfg, logger)
		},
	}
	config.Flags(cmd.Flags())
	return cmd
}

func serve(ctx context.Context, cfg config.Config, logger *zap.Logger) error {
	this := thisBuild()
	server, err := assemble.Server(ctx, cfg, this.version, logger)
	if err != nil {
		return err
	}
	logger.Info("serving", zap.String("version", this.version),
		zap.Stringers("listen", server.Addrs()), zap.Stringers("operations", server.OperationsAddrs()),
		zap.String("keystone", cfg.Keystone.URL))
	return server.Run(ctx)
}
