package config

// VOMS is sign-in with grid proxies, at the v2.0 API of LegacyKeystone and below it.
type VOMS struct {
	// Socket is the path of voms-verifier's Unix socket. Empty: proxies are not
	// accepted, and no client is asked for a certificate.
	Socket string `koanf:"socket"`
	// SecretFile is the file with the secret by which Keystone knows the gateway: the
	// remote id of the identity provider.
	SecretFile string `koanf:"secret_file"`
	// IdentityProvider is its name in Keystone. rOCCI asks for egi.eu.
	IdentityProvider string `koanf:"identity_provider"`
	// Protocol is the identity provider's protocol.
	Protocol string `koanf:"protocol"`
}

// voms wants all that a sign-in with a proxy needs, where there is a socket.
func (v *validator) voms(c Config) {
	if c.VOMS.Socket == "" {
		return
	}
	need := func(key string, there bool, why string) {
		if !there {
			v.fault(key, "%s", why)
			v.faults[len(v.faults)-1].related = []string{"voms.socket"}
		}
	}
	need("voms.secret_file", c.VOMS.SecretFile != "", "required: the file with the remote id that Keystone has for the gateway")
	v.notEmpty("voms.identity_provider", c.VOMS.IdentityProvider)
	v.notEmpty("voms.protocol", c.VOMS.Protocol)
	need("legacy_keystone", c.LegacyKeystone, "must be true for voms.socket: proxies sign in there")
	need("tls.certificate_file", c.TLS.CertificateFile != "", "required for voms.socket: proxies come with the TLS handshake")
	need("tls.client_ca_file", c.TLS.ClientCAFile == "", "must be empty for voms.socket: no authority there signs proxies")
}
