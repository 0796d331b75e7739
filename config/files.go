package config

import "os"

// fileFaults are the faults of files that the configuration names and that cannot
// be read.
func (c Config) fileFaults() []Fault {
	var v validator
	for _, f := range []struct {
		key, path string
		directory bool
	}{
		{key: "tls.certificate_file", path: c.TLS.CertificateFile},
		{key: "tls.key_file", path: c.TLS.KeyFile},
		{key: "tls.client_ca_file", path: c.TLS.ClientCAFile},
		{key: "keystone.ca_file", path: c.Keystone.CAFile},
		{key: "keystone.ca_dir", path: c.Keystone.CADir, directory: true},
		{key: "voms.secret_file", path: c.VOMS.SecretFile},
		{key: "mixins.dsn_file", path: c.Mixins.DSNFile},
	} {
		if f.path == "" {
			continue
		}
		var err error
		if f.directory {
			_, err = os.ReadDir(f.path)
		} else {
			_, err = os.ReadFile(f.path)
		}
		if err != nil {
			v.fault(f.key, "cannot read %q: %s", f.path, reason(err))
		}
	}
	return v.faults
}
