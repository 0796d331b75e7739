package keystone

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// maxVersionBytes bounds the description of a service's versions, which has less than a KiB.
const maxVersionBytes = 64 << 10

// ComputeVersion returns the newest microversion that Nova offers. It is asked for once an hour, and
// again when Nova answers 406. If Nova does not tell, it is taken for the oldest, 2.1, which every Nova
// offers; so it is if there is no Nova, or when ctx ends, as the call that the version is for will say.
func (s *Session) ComputeVersion(ctx context.Context) Microversion {
	return s.newest(ctx, computeService, Microversion{2, 1})
}

// VolumeVersion returns the newest microversion that Cinder offers, as ComputeVersion; the oldest is 3.0.
func (s *Session) VolumeVersion(ctx context.Context) Microversion {
	return s.newest(ctx, volumeService, Microversion{3, 0})
}

func (s *Session) newest(ctx context.Context, svc service, oldest Microversion) Microversion {
	e := s.identity.endpoints[svc]
	if e.err != nil {
		return oldest
	}
	return s.versions.get(ctx, e.route.address(), oldest, func(ctx context.Context) (Microversion, error) {
		body, err := s.describe(ctx, e)
		if err != nil {
			return Microversion{}, err
		}
		return newestVersion(body, oldest)
	})
}

// describe asks a service about the version that is spoken. The token goes along, since Cinder, and
// Nova before Train, tell nobody without one.
func (s *Session) describe(ctx context.Context, e endpoint) ([]byte, error) {
	url := e.route.address() + "/" + e.spec.version + "/" // without the slash Cinder redirects
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Auth-Token", s.provider.Token())
	resp, err := s.provider.HTTPClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized:
		return nil, errTokenRefused
	default:
		return nil, fmt.Errorf("HTTP status %d", resp.StatusCode)
	}
	return io.ReadAll(io.LimitReader(resp.Body, maxVersionBytes))
}
