package keystone

import (
	"slices"
	"time"

	"github.com/gophercloud/gophercloud/v2"
)

// Session is one caller for the time of one request. Its service clients carry the caller's token, or
// the one that Keystone gave in exchange for what the caller brought, and may be used by several
// goroutines. It sends nothing itself but questions for versions.
type Session struct {
	cache    *identityCache
	versions *versionCache
	identity *identity
	key      digest
	provider *gophercloud.ProviderClient
}

// newSession joins a shared identity with the token of one request. The provider does not log in
// again and does not repeat: an expired token goes back to the caller as a challenge.
func newSession(c *Client, id *identity, key digest, token Secret) *Session {
	provider := &gophercloud.ProviderClient{HTTPClient: c.transport.httpClient(c.maxBytes, id.routes...)}
	provider.UseTokenLock()
	provider.SetToken(token.Reveal())
	return &Session{cache: c.cache, versions: c.transport.versions, identity: id, key: key, provider: provider}
}

// UserID returns the user's id.
func (s *Session) UserID() string { return s.identity.userID }

// UserName returns the user's name, which may be empty.
func (s *Session) UserName() string { return s.identity.userName }

// ProjectID returns the id of the project that the session is for. It belongs into the key of every
// cache of what this session reads.
func (s *Session) ProjectID() string { return s.identity.projectID }

// ProjectName returns the project's name, which may be empty.
func (s *Session) ProjectName() string { return s.identity.projectName }

// DomainID returns the id of the project's domain.
func (s *Session) DomainID() string { return s.identity.domainID }

// Roles returns the names of the user's roles in the project.
func (s *Session) Roles() []string { return slices.Clone(s.identity.roles) }

// Region returns the region of the session's endpoints, "" if the catalogue names none.
func (s *Session) Region() string { return s.identity.region }

// Expires returns when the token ends, zero if Keystone did not say.
func (s *Session) Expires() time.Time { return s.identity.expires }

// TokenDigest returns 32 hexadecimal digits that stand for the credential in this process, for logs.
func (s *Session) TokenDigest() string { return s.key.String() }

// Invalidate forgets the identity, so that the next request with the token asks Keystone. To be
// called when a service answers 401: the token was revoked, or ended early.
func (s *Session) Invalidate() { s.cache.drop(s.key) }

// Compute returns a client of Nova that asks for a microversion, such as "2.90", "" for the oldest.
// A NoService error says that the catalogue has no usable endpoint.
// Compute API: headers OpenStack-API-Version and X-OpenStack-Nova-API-Version.
func (s *Session) Compute(microversion string) (*gophercloud.ServiceClient, error) {
	return s.service(computeService, microversion)
}

// Network returns a client of Neutron, with errors as Compute's.
func (s *Session) Network() (*gophercloud.ServiceClient, error) {
	return s.service(networkService, "")
}

// Image returns a client of Glance, with errors as Compute's.
func (s *Session) Image() (*gophercloud.ServiceClient, error) {
	return s.service(imageService, "")
}

// Volume returns a client of Cinder that asks for a microversion, such as "3.60", with errors as
// Compute's. Block Storage API: header OpenStack-API-Version, service type "volume".
func (s *Session) Volume(microversion string) (*gophercloud.ServiceClient, error) {
	return s.service(volumeService, microversion)
}

// HasService reports whether the caller has a usable endpoint for a service: compute, network,
// image, volume, or a catalogue type of these such as volumev3.
func (s *Session) HasService(serviceType string) bool {
	svc, ok := serviceOfType(serviceType)
	return ok && s.identity.endpoints[svc].err == nil
}

// service makes a client by hand: gophercloud's own constructors ask the service for its versions,
// with the caller's token and without a context. Each call gets a client of its own, since the
// microversion is part of it.
func (s *Session) service(svc service, microversion string) (*gophercloud.ServiceClient, error) {
	e := s.identity.endpoints[svc]
	if e.err != nil {
		return nil, e.err
	}
	return &gophercloud.ServiceClient{
		ProviderClient: s.provider,
		Endpoint:       e.url,
		Type:           e.spec.clientType,
		Microversion:   microversion,
	}, nil
}
