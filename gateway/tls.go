package gateway

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// tlsFiles is the TLS configuration that files make, made anew when they change. Nobody watches the files: a
// handshake looks at them, if the last look is long enough ago. Files that make no configuration change nothing.
type tlsFiles struct {
	certificate, key string
	clientCA         string // "": clients need no certificate
	base             *tls.Config
	interval         time.Duration
	report           func(notAfter time.Time, err error) // told of every change

	mu      sync.Mutex
	looked  time.Time
	seen    [sha256.Size]byte // digest of the files at the last look
	current *tls.Config
}

// newTLSFiles reads the files for the first time, when they have to be right.
func newTLSFiles(o ServerOptions, report func(notAfter time.Time, err error)) (*tlsFiles, error) {
	base := &tls.Config{
		MinVersion: tls.VersionTLS12, // Java 7 and 8 have no newer one
		// A configuration made here does not get what net/http adds to its own.
		NextProtos: []string{"http/1.1"},
	}
	if o.HTTP2 {
		base.NextProtos = []string{"h2", "http/1.1"}
	}
	if o.RequestClientCertificate {
		base.ClientAuth = tls.RequestClientCert
	}
	f := &tlsFiles{
		certificate: o.CertificateFile, key: o.KeyFile, clientCA: o.ClientCAFile,
		base: base, interval: o.ReloadInterval, report: report,
	}
	contents, err := f.read()
	if err != nil {
		return nil, fmt.Errorf("gateway: certificate: %w", err)
	}
	config, notAfter, err := f.make(contents)
	if err != nil {
		return nil, fmt.Errorf("gateway: certificate: %w", err)
	}
	f.looked, f.seen, f.current = time.Now(), contents.digest(), config
	report(notAfter, nil)
	return f, nil
}

// forClient is for tls.Config.GetConfigForClient. It never fails: there is always a configuration that was good.
func (f *tlsFiles) forClient(*tls.ClientHelloInfo) (*tls.Config, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) >= f.interval {
		f.look()
		f.looked = time.Now()
	}
	return f.current, nil
}

// look reads the files and takes over what is new and good. What is bad is reported once; a certificate whose key is
// still to come is bad until it is there.
func (f *tlsFiles) look() {
	contents, err := f.read()
	digest := contents.digest()
	if digest == f.seen {
		return
	}
	f.seen = digest
	if err != nil {
		f.report(time.Time{}, err)
		return
	}
	config, notAfter, err := f.make(contents)
	if err == nil {
		f.current = config
	}
	f.report(notAfter, err)
}

// contents is what is in the files; a file that cannot be read is the error's text, so that it differs.
type contents struct{ certificate, key, clientCA []byte }

func (c contents) digest() [sha256.Size]byte {
	all := sha256.New()
	for _, part := range [][]byte{c.certificate, c.key, c.clientCA} {
		sum := sha256.Sum256(part)
		all.Write(sum[:])
	}
	return [sha256.Size]byte(all.Sum(nil))
}

func (f *tlsFiles) read() (contents, error) {
	var faults []error
	read := func(name string) []byte {
		if name == "" {
			return nil
		}
		data, err := os.ReadFile(name) //nolint:gosec // named by the operator
		if err != nil {
			faults = append(faults, err)
			return []byte(err.Error())
		}
		return data
	}
	c := contents{certificate: read(f.certificate), key: read(f.key), clientCA: read(f.clientCA)}
	return c, errors.Join(faults...)
}

// make makes a configuration, and tells when its certificate ends.
func (f *tlsFiles) make(c contents) (*tls.Config, time.Time, error) {
	certificate, err := tls.X509KeyPair(c.certificate, c.key)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%q with key %q: %w", f.certificate, f.key, err)
	}
	config := f.base.Clone()
	config.Certificates = []tls.Certificate{certificate}
	if f.clientCA != "" {
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(c.clientCA) {
			return nil, time.Time{}, fmt.Errorf("%q: no authority of clients found", f.clientCA)
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, certificate.Leaf.NotAfter, nil
}
