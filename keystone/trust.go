package keystone

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
)

// authorities are those that are trusted, and what they have revoked.
type authorities struct {
	roots   *x509.CertPool // nil: the system's
	revoked revocations
}

// readAuthorities reads a PEM file and a directory; neither means the system's. A fault in the file is
// an error. A directory holds files of many origins, so there only the lack of any certificate is, and
// warn is told of each file that gave none. former is what was read the last time, or nil.
func readAuthorities(file, dir string, former *authorities, warn func(error)) (*authorities, error) {
	if file == "" && dir == "" {
		return &authorities{}, nil
	}
	a := &authorities{roots: x509.NewCertPool()}
	if file != "" {
		data, err := os.ReadFile(file) //nolint:gosec // named by the operator
		if err != nil {
			return nil, fmt.Errorf("keystone: CAFile: %w", err)
		}
		if err := addCertificates(a.roots, data); err != nil {
			return nil, fmt.Errorf("keystone: CAFile: %q: %w", file, err)
		}
	}
	if dir != "" {
		if err := addDirectory(a.roots, os.DirFS(dir), warn); err != nil {
			return nil, fmt.Errorf("keystone: CADir: %q: %w", dir, err)
		}
		var known revocations
		if former != nil {
			known = former.revoked
		}
		a.revoked = readRevocations(os.DirFS(dir), known, warn)
	}
	return a, nil
}

// certificateName matches the files of a certificate directory: by name, or by the hash of the
// subject, as OpenSSL and the IGTF distribution link them. Links to a file already read do no harm.
var certificateName = regexp.MustCompile(`\.(pem|crt|cer|[0-9])$`)

func addDirectory(pool *x509.CertPool, dir fs.FS, warn func(error)) error {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return err
	}
	found := false
	for _, entry := range entries {
		if entry.IsDir() || !certificateName.MatchString(entry.Name()) {
			continue
		}
		data, err := fs.ReadFile(dir, entry.Name())
		if err == nil {
			err = addCertificates(pool, data)
		}
		if err != nil {
			warn(fmt.Errorf("keystone: CADir: %q: %w", path.Base(entry.Name()), err))
			continue
		}
		found = true
	}
	if !found {
		return errNoCertificate
	}
	return nil
}

var errNoCertificate = errors.New("no certificate found")

// addCertificates adds the certificates of PEM data to pool: all of them or, with an error, none.
func addCertificates(pool *x509.CertPool, data []byte) error {
	var certs []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return errNoCertificate
	}
	for _, cert := range certs {
		pool.AddCert(cert)
	}
	return nil
}
