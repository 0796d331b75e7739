package keystone

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"time"
)

// revocations are the certificate revocation lists of a directory, by file (RFC 5280 §5).
type revocations map[string]*revocationList

type revocationList struct {
	list    *x509.RevocationList
	serials map[string]bool // of revoked certificates
}

// revocationName matches the files that fetch-crl puts beside the authorities, PEM or DER.
var revocationName = regexp.MustCompile(`\.(r[0-9]|crl)$`)

// readRevocations reads the lists of a directory. Of a file that cannot be read, the list that was in it
// before holds on: a list that is just being written must not make revoked certificates good. A list past
// its next update holds on, too.
func readRevocations(dir fs.FS, former revocations, warn func(error)) revocations {
	lists := revocations{}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		warn(fmt.Errorf("keystone: CADir: %w", err))
		return former
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !revocationName.MatchString(name) {
			continue
		}
		list, err := readRevocationList(dir, name)
		if err != nil {
			warn(fmt.Errorf("keystone: CADir: %q: %w", name, err))
			if list = former[name]; list == nil {
				continue
			}
		}
		if end := list.list.NextUpdate; !end.IsZero() && end.Before(time.Now()) {
			warn(fmt.Errorf("keystone: CADir: %q: the revocation list should have been updated at %s", name, end))
		}
		lists[name] = list
	}
	return lists
}

func readRevocationList(dir fs.FS, name string) (*revocationList, error) {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(data); block != nil {
		data = block.Bytes
	}
	list, err := x509.ParseRevocationList(data)
	if err != nil {
		return nil, err
	}
	serials := make(map[string]bool, len(list.RevokedCertificateEntries))
	for _, entry := range list.RevokedCertificateEntries {
		serials[string(entry.SerialNumber.Bytes())] = true
	}
	return &revocationList{list: list, serials: serials}, nil
}

var errRevoked = errors.New("certificate is revoked")

// check returns an error if each of the chains has a revoked certificate.
func (r revocations) check(chains [][]*x509.Certificate) error {
	var revoked error
	for _, chain := range chains {
		if revoked = r.checkChain(chain); revoked == nil {
			return nil
		}
	}
	return revoked
}

func (r revocations) checkChain(chain []*x509.Certificate) error {
	for i := 0; i+1 < len(chain); i++ {
		if certificate, issuer := chain[i], chain[i+1]; r.revoke(certificate, issuer) {
			return fmt.Errorf("%q: %w", certificate.Subject, errRevoked)
		}
	}
	return nil
}

// revoke reports whether a list that the issuer has signed names the certificate.
func (r revocations) revoke(certificate, issuer *x509.Certificate) bool {
	serial := certificate.SerialNumber.Bytes()
	for _, l := range r {
		if l.serials[string(serial)] && bytes.Equal(l.list.RawIssuer, issuer.RawSubject) && l.list.CheckSignatureFrom(issuer) == nil {
			return true
		}
	}
	return false
}
