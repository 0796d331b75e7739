package gateway

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/sync/errgroup"
)

// ServerOptions configure a Server. At least one address is required.
type ServerOptions struct {
	// Listen are the addresses that serve OCCI, as host:port; port 0 means any free one.
	Listen []string
	// Operations are the addresses that serve Gateway.Operations. Default: none.
	Operations []string
	// CertificateFile and KeyFile are PEM files and make Listen speak TLS. Default: plain HTTP.
	CertificateFile, KeyFile string
	// ClientCAFile is a PEM file: only clients with a certificate of one of these authorities may connect. Default: all.
	ClientCAFile string
	// RequestClientCertificate asks clients for a certificate, which they need not have and nobody verifies: requests
	// bring it in their TLS state. It cannot be combined with ClientCAFile.
	RequestClientCertificate bool
	// ReloadInterval is how long these files are taken to be unchanged. Default 10 s.
	ReloadInterval time.Duration
	// HTTP2 allows HTTP/2 over TLS. It has no reason phrases, which pOCCI compares.
	HTTP2 bool

	// HeaderTimeout bounds reading a request's head. Default 10 s.
	HeaderTimeout time.Duration
	// BodyTimeout bounds reading a whole request. Default 30 s.
	BodyTimeout time.Duration
	// IdleTimeout bounds the wait for a connection's next request. Default 2 min.
	IdleTimeout time.Duration
	// DrainDelay is how long requests are still accepted when Run is asked to stop, so that load balancers notice.
	// Zero: not at all.
	DrainDelay time.Duration
	// DrainTimeout bounds the wait, after that, for requests under way. Default 30 s.
	DrainTimeout time.Duration
}

func (o ServerOptions) withDefaults() ServerOptions {
	o.HeaderTimeout = cmp.Or(o.HeaderTimeout, 10*time.Second)
	o.BodyTimeout = cmp.Or(o.BodyTimeout, 30*time.Second)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 2*time.Minute)
	o.DrainTimeout = cmp.Or(o.DrainTimeout, 30*time.Second)
	o.ReloadInterval = cmp.Or(o.ReloadInterval, 10*time.Second)
	return o
}

// Server serves a Gateway on its listeners.
type Server struct {
	gateway    *Gateway
	options    ServerOptions
	public     endpoint
	operations endpoint
	after      func(time.Duration) <-chan time.Time // time.After
}

// endpoint is a handler with the listeners that serve it.
type endpoint struct {
	server    *http.Server
	listeners []net.Listener
	tls       bool // speak TLS, as server.TLSConfig says
}

// NewServer opens the listeners, so that their addresses are known and a taken one is an error at once.
// Whoever does not Run the server has to Close it.
func NewServer(ctx context.Context, g *Gateway, o ServerOptions) (*Server, error) {
	o = o.withDefaults()
	if len(o.Listen) == 0 {
		return nil, errors.New("gateway: Listen is required")
	}
	errorLog, err := zap.NewStdLogAt(g.options.Logger.Named("http"), zapcore.WarnLevel)
	if err != nil {
		return nil, err
	}
	s := &Server{gateway: g, options: o, after: time.After}
	s.public.server = s.httpServer(g.Handler())
	s.public.server.ErrorLog = errorLog
	s.operations.server = s.httpServer(g.Operations())
	s.operations.server.ErrorLog = errorLog
	if o.ClientCAFile != "" && o.RequestClientCertificate {
		return nil, errors.New("gateway: ClientCAFile refuses certificates that RequestClientCertificate is for")
	}
	if o.CertificateFile != "" || o.KeyFile != "" {
		files, err := newTLSFiles(o, g.reportCertificate)
		if err != nil {
			return nil, err
		}
		s.public.tls = true
		s.public.server.TLSConfig = &tls.Config{
			MinVersion:         tls.VersionTLS12,
			GetConfigForClient: files.forClient,
		}
	}
	if err := errors.Join(s.public.open(ctx, o.Listen), s.operations.open(ctx, o.Operations)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// reportCertificate tells operators that the files of the listener's certificate have changed.
func (g *Gateway) reportCertificate(notAfter time.Time, err error) {
	g.options.Metrics.ObserveReload(ReloadCertificate, err)
	if err != nil {
		g.options.Logger.Error("certificate not reloaded, the old one stays", zap.Error(err))
		return
	}
	g.options.Metrics.certificateEnds.Set(float64(notAfter.Unix()))
	g.options.Logger.Info("certificate loaded", zap.Time("not_after", notAfter))
}

// httpServer makes a server that waits for nobody forever.
func (s *Server) httpServer(h http.Handler) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(s.options.HTTP2)
	return &http.Server{
		Handler:           h,
		Protocols:         protocols,
		ReadHeaderTimeout: s.options.HeaderTimeout,
		ReadTimeout:       s.options.BodyTimeout,
		WriteTimeout:      s.options.BodyTimeout + s.gateway.options.ChangeTimeout + 30*time.Second,
		IdleTimeout:       s.options.IdleTimeout,
		// Above the gateway's own limit, whose refusal is an OCCI answer.
		MaxHeaderBytes:               s.gateway.options.Limits.Head + 16<<10,
		DisableGeneralOptionsHandler: true, // "OPTIONS *" needs a token as well
	}
}

// Addrs returns the addresses that serve OCCI.
func (s *Server) Addrs() []net.Addr { return s.public.addrs() }

// OperationsAddrs returns the addresses of the operations listeners.
func (s *Server) OperationsAddrs() []net.Addr { return s.operations.addrs() }

// Run serves until ctx is done and then stops in order: it says that it is not ready, serves on for DrainDelay,
// accepts no more, and waits up to DrainTimeout for requests under way. Operations are served until the end.
// It is an error if a listener breaks, or if requests had to be cut. Run can be called once.
func (s *Server) Run(ctx context.Context) error {
	group, broken := errgroup.WithContext(context.WithoutCancel(ctx))
	s.public.serve(group)
	s.operations.serve(group)
	group.Go(func() error {
		select {
		case <-ctx.Done():
		case <-broken.Done():
		}
		s.gateway.Drain()
		select {
		case <-s.after(s.options.DrainDelay):
		case <-broken.Done(): // nobody can be served in the meantime
		}
		return s.stop(context.WithoutCancel(ctx))
	})
	return group.Wait()
}

// stop lets requests under way end.
func (s *Server) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.options.DrainTimeout)
	defer cancel()
	err := s.public.server.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("gateway: requests were cut after %s: %w", s.options.DrainTimeout, err)
	}
	return errors.Join(err, s.Close())
}

// Close stops at once and cuts requests under way.
func (s *Server) Close() error {
	return errors.Join(s.public.close(), s.operations.close())
}

func (e *endpoint) open(ctx context.Context, addresses []string) error {
	for _, address := range addresses {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err != nil {
			return fmt.Errorf("gateway: %w", err)
		}
		e.listeners = append(e.listeners, l)
	}
	return nil
}

// serve serves every listener until the server is shut down.
func (e *endpoint) serve(group *errgroup.Group) {
	for _, l := range e.listeners {
		group.Go(func() error {
			var err error
			if e.tls {
				err = e.server.ServeTLS(l, "", "")
			} else {
				err = e.server.Serve(l)
			}
			if errors.Is(err, http.ErrServerClosed) {
				return nil
			}
			return fmt.Errorf("gateway: %s: %w", l.Addr(), err)
		})
	}
}

func (e *endpoint) addrs() []net.Addr {
	var addrs []net.Addr
	for _, l := range e.listeners {
		addrs = append(addrs, l.Addr())
	}
	return addrs
}

// close closes also listeners that were never served.
func (e *endpoint) close() error {
	err := e.server.Close()
	for _, l := range e.listeners {
		if closed := l.Close(); !errors.Is(closed, net.ErrClosed) {
			err = errors.Join(err, closed)
		}
	}
	return err
}
