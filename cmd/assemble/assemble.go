// Package assemble builds the server out of its parts. It is the one place that knows every package;
// the commands and the benchmarks share it, so that they run the very same gateway.
package assemble

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/occigate/occigate/config"
	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/facade"
	"github.com/occigate/occigate/translate"
	"github.com/occigate/occigate/translate/definitions"
)

// Whole is a server with what it uses until it ends.
type Whole struct {
	*gateway.Server
	identity *keystone.Client
	store    *definitions.Store // nil if users cannot define mixins
}

// Run serves as [gateway.Server.Run] does, and closes the rest when that has ended.
func (w *Whole) Run(ctx context.Context) error {
	defer w.identity.Close()
	return errors.Join(w.Server.Run(ctx), closeStore(w.store))
}

// Close closes a server that nobody runs.
func (w *Whole) Close() error {
	defer w.identity.Close()
	return errors.Join(w.Server.Close(), closeStore(w.store))
}

// Server builds the server that cfg describes, opens its listeners and its store. Run it, or close it.
func Server(ctx context.Context, cfg config.Config, version string, logger *zap.Logger) (*Whole, error) {
	store, err := openStore(ctx, cfg.Mixins, logger)
	if err != nil {
		return nil, err
	}
	server, identity, err := serverWith(ctx, cfg, store, version, logger)
	if err != nil {
		return nil, errors.Join(err, closeStore(store))
	}
	return &Whole{server, identity, store}, nil
}

func serverWith(
	ctx context.Context, cfg config.Config, store *definitions.Store, version string, logger *zap.Logger,
) (*gateway.Server, *keystone.Client, error) {
	metrics, err := gateway.NewMetrics(prometheus.NewRegistry(), version)
	if err != nil {
		return nil, nil, err
	}
	if cfg.Keystone.Insecure {
		metrics.Insecure()
		logger.Warn("certificates of OpenStack's services are not checked: tokens are for whoever is between")
	}
	identity, err := keystone.New(keystoneOptions(cfg.Keystone, metrics, version, logger))
	if err != nil {
		return nil, nil, err
	}
	options := translate.Options{
		Keystone:         identity,
		TemplateTTL:      cfg.Templates.CacheTTL,
		TemplateProjects: cfg.Templates.CacheProjects,
		Profile:          cfg.Templates.Profile,
		ProfileFlavors:   cfg.Templates.ProfileFlavors,
		OSTemplate:       cfg.Defaults.OSTpl,
		ResourceTemplate: cfg.Defaults.ResourceTpl,
		DefaultNetwork:   cfg.Defaults.Network,
		DefaultName:      cfg.Compute.DefaultName,
		ConfirmResize:    cfg.Compute.ConfirmResize,
		RepeatWindow:     cfg.Compute.RepeatWindow,
		AttachRouter:     cfg.Network.RouterAttach,
		DefaultExternal:  cfg.Network.DefaultExternal,
		DefinitionTTL:    cfg.Mixins.CacheTTL,
		CacheEvent:       func(result string) { metrics.ObserveCache("templates", result) },
	}
	if store != nil { // not a nil *definitions.Store in an interface
		options.Definitions = store
	}
	translator, err := translate.New(options)
	if err != nil {
		return nil, nil, err
	}
	frontOptions := gatewayOptions(cfg, identity, translator, metrics, version, logger)
	if cfg.LegacyKeystone {
		facadeOptions := facadeOptions(cfg, identity)
		if facadeOptions.VOMS, err = signInByVOMS(cfg.VOMS, identity); err != nil {
			return nil, nil, err
		}
		if frontOptions.Facade, err = facade.New(facadeOptions); err != nil {
			return nil, nil, err
		}
	}
	front, err := gateway.New(frontOptions) //nolint:contextcheck // requests bring contexts of their own
	if err != nil {
		return nil, nil, err
	}
	server, err := gateway.NewServer(ctx, front, serverOptions(cfg))
	return server, identity, err
}

func keystoneOptions(cfg config.Keystone, metrics *gateway.Metrics, version string, logger *zap.Logger) keystone.Options {
	return keystone.Options{
		URL:              cfg.URL,
		PublicURL:        cfg.PublicURL,
		Region:           cfg.Region,
		Interface:        string(cfg.Interface),
		Endpoints:        cfg.Endpoints,
		Hosts:            cfg.Hosts,
		PlainHTTP:        cfg.PlainHTTP,
		CAFile:           cfg.CAFile,
		CADir:            cfg.CADir,
		Insecure:         cfg.Insecure,
		ConnectTimeout:   cfg.Timeouts.Connect,
		TLSTimeout:       cfg.Timeouts.TLS,
		FirstByteTimeout: cfg.Timeouts.FirstByte,
		MaxResponseBytes: int64(cfg.MaxResponse),
		CacheSize:        cfg.Cache.Size,
		CacheTTL:         cfg.Cache.TTL,
		NegativeTTL:      cfg.Cache.NegativeTTL,
		OutageTTL:        cfg.Cache.OutageTTL,
		GuessLimit:       cfg.GuessLimit,
		Protocols:        cfg.Federation.Protocols,
		UsualProjects:    cfg.Federation.Projects,
		Basic:            cfg.Basic,
		UserDomain:       cfg.DefaultDomain,
		UserAgent:        "occigate/" + version,
		RequestID:        gateway.RequestID,
		Observe: func(ctx context.Context, c keystone.Call) {
			metrics.ObserveUpstream(ctx, gateway.UpstreamCall{
				Service: c.Service, Method: c.Method, Status: c.Status, Duration: c.Duration,
				RequestID: c.UpstreamRequestID, Err: c.Err,
			})
		},
		CacheEvent: func(result string) { metrics.ObserveCache("identity", result) },
		TrustReloaded: func(err error) {
			metrics.ObserveReload(gateway.ReloadTrust, err)
			if err != nil {
				logger.Error("trust for OpenStack not reloaded, the old one stays", zap.Error(err))
			}
		},
		Warn: func(err error) { logger.Warn("trust for OpenStack", zap.Error(err)) },
	}
}

func facadeOptions(cfg config.Config, identity *keystone.Client) facade.Options {
	return facade.Options{
		Keystone: identity,
		Path:     gateway.FacadePath,
		Domain:   cfg.Keystone.DefaultDomain,
		Timeout:  min(cfg.Timeouts.Read, 8*time.Second),
		Guess:    identity.Guess,
		Report:   gateway.ReportFailure,
	}
}

// caller makes a translate.Cloud a gateway.Cloud.
type caller struct{ *translate.Cloud }

func (c caller) Caller() gateway.Caller {
	return gateway.Caller{UserID: c.UserID(), ProjectID: c.ProjectID()}
}

func gatewayOptions(cfg config.Config, identity *keystone.Client, translator *translate.Translator,
	metrics *gateway.Metrics, version string, logger *zap.Logger,
) gateway.Options {
	return gateway.Options{
		Connect: func(r *http.Request, from gateway.Origin) (gateway.Cloud, error) {
			cloud, err := translator.Connect(r.Context(), keystone.Request{
				Header: r.Header, Project: from.Project, Secure: from.Secure, Addr: from.Addr,
			})
			if err != nil {
				return nil, err // not a nil *translate.Cloud in an interface
			}
			return caller{cloud}, nil
		},
		Challenge:      identity.Challenge(),
		Version:        version,
		Logger:         logger,
		Metrics:        metrics,
		PublicURL:      cfg.PublicURL,
		Title:          cfg.Title,
		Mounts:         cfg.Mounts,
		TrustedProxies: cfg.TrustedProxies,
		Limits: gateway.Limits{
			Body:       int64(cfg.Limits.Body),
			Head:       int(cfg.Limits.Headers),
			Categories: cfg.Limits.Categories,
			Attributes: cfg.Limits.Attributes,
			Links:      cfg.Limits.Links,
			InFlight:   cfg.Limits.InFlight,
			PageSize:   cfg.Limits.PageSize,
			PageMax:    cfg.Limits.PageMax,
		},
		CollectionDelete: gateway.CollectionDelete(cfg.CollectionDelete),
		ReadTimeout:      cfg.Timeouts.Read,
		ChangeTimeout:    cfg.Timeouts.Change,
		Ready:            identity.Ping,
	}
}

func serverOptions(cfg config.Config) gateway.ServerOptions {
	return gateway.ServerOptions{
		Listen:                   cfg.Listen,
		Operations:               cfg.Operations.Listen,
		CertificateFile:          cfg.TLS.CertificateFile,
		KeyFile:                  cfg.TLS.KeyFile,
		ClientCAFile:             cfg.TLS.ClientCAFile,
		RequestClientCertificate: cfg.VOMS.Socket != "",
		HTTP2:                    cfg.HTTP2,
		HeaderTimeout:            cfg.Timeouts.Header,
		BodyTimeout:              cfg.Timeouts.Body,
		IdleTimeout:              cfg.Timeouts.Idle,
		DrainDelay:               cfg.Timeouts.DrainDelay,
		DrainTimeout:             cfg.Timeouts.Drain,
	}
}
