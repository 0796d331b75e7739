package keystone

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// trustedTransport keeps connections only to whoever is trusted.
type trustedTransport struct {
	*http.Transport
	trust *trust
}

// RoundTrip sends req, after a look at who is trusted.
func (t *trustedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.trust.look() {
		t.CloseIdleConnections()
	}
	return t.Transport.RoundTrip(req)
}

// tlsDialer connects to whoever is trusted at the time.
type tlsDialer struct {
	dialer   *net.Dialer
	trust    *trust
	timeout  time.Duration // of the handshake
	insecure bool
}

// dial is for http.Transport.DialTLSContext, whose own configuration of TLS is fixed.
func (d *tlsDialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	raw, err := d.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	trusted := d.trust.authorities()
	conn := tls.Client(raw, &tls.Config{
		ServerName:         host,
		NextProtos:         []string{"h2", "http/1.1"},
		MinVersion:         tls.VersionTLS12,
		RootCAs:            trusted.roots,
		InsecureSkipVerify: d.insecure, //nolint:gosec // off unless the operator asks for it
		VerifyConnection:   func(s tls.ConnectionState) error { return trusted.revoked.check(s.VerifiedChains) },
	})
	if err := d.handshake(ctx, raw, conn); err != nil {
		_ = raw.Close()
		return nil, err
	}
	return conn, nil
}

// handshake is bounded by a deadline of the connection: that of a context would look like the caller's own.
func (d *tlsDialer) handshake(ctx context.Context, raw net.Conn, conn *tls.Conn) error {
	if err := raw.SetDeadline(time.Now().Add(d.timeout)); err != nil {
		return err
	}
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	return raw.SetDeadline(time.Time{})
}
