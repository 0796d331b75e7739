package keystone

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// catalogue is the service catalogue of a token.
// Identity API v3: "Validate and show information for token", token.catalog.
type catalogue []catalogueEntry

type catalogueEntry struct {
	Type      string              `json:"type"`
	Endpoints []catalogueEndpoint `json:"endpoints"`
}

type catalogueEndpoint struct {
	Interface string `json:"interface"`
	RegionID  string `json:"region_id"`
	Region    string `json:"region"` // older name of RegionID
	URL       string `json:"url"`
}

// region returns the endpoint's region, "" for one that serves all.
func (e catalogueEndpoint) region() string {
	if e.RegionID != "" {
		return e.RegionID
	}
	return e.Region
}

// placement is the operator's choice among the endpoints of a catalogue.
type placement struct {
	region    string             // "" = the first by name
	iface     string             // public, internal or admin
	overrides map[service]string // instead of the catalogue's address
	hosts     []string           // that the catalogue may name, *.domain for all below; none: any
	httpsOnly bool               // whether the catalogue may name https alone
}

// newPlacement checks the overrides, which are by service type, and takes them by service.
func newPlacement(o Options) (placement, error) {
	overrides := make(map[service]string, len(o.Endpoints))
	for serviceType, raw := range o.Endpoints {
		svc, ok := serviceOfType(serviceType)
		if !ok {
			return placement{}, fmt.Errorf("keystone: Endpoints: %q is no service in use", serviceType)
		}
		if previous, twice := overrides[svc]; twice && previous != raw {
			return placement{}, fmt.Errorf("keystone: Endpoints: %q repeats the %s service", serviceType, svc)
		}
		if _, err := parseEndpoint(raw); err != nil {
			return placement{}, fmt.Errorf("keystone: Endpoints: %q: %w", serviceType, err)
		}
		overrides[svc] = raw
	}
	return placement{
		region:    o.Region,
		iface:     o.Interface,
		overrides: overrides,
		hosts:     o.Hosts,
		httpsOnly: strings.HasPrefix(o.URL, "https:") && !o.PlainHTTP,
	}, nil
}

// pin says why the caller's token must not go to an address of the catalogue, nil if it may.
func (p placement) pin(u *url.URL) error {
	if p.httpsOnly && u.Scheme != "https" {
		return fmt.Errorf("%s is plain http, and Keystone's address is not", origin(u))
	}
	host := strings.ToLower(u.Hostname())
	allowed := slices.ContainsFunc(p.hosts, func(h string) bool {
		domain, below := strings.CutPrefix(strings.ToLower(h), "*")
		return host == domain || below && strings.HasSuffix(host, domain)
	})
	if len(p.hosts) > 0 && !allowed {
		return fmt.Errorf("%q is none of the hosts that the catalogue may name", host)
	}
	return nil
}

// fromCatalogue resolves an address of the catalogue, unless the operator does not want it.
func (p placement) fromCatalogue(spec serviceSpec, raw, projectID string) endpoint {
	e := resolve(spec, raw, projectID)
	if e.err != nil {
		return e
	}
	if err := p.pin(e.route.origin); err != nil {
		return endpoint{spec: spec, err: unusable(spec.service, err)}
	}
	return e
}

// choose resolves the endpoint of every service for a project, and the region they are in.
func (p placement) choose(c catalogue, projectID string) (map[service]endpoint, string) {
	region := p.region
	if region == "" {
		region = c.firstRegion(p.iface)
	}
	endpoints := make(map[service]endpoint, len(serviceSpecs))
	for _, spec := range serviceSpecs {
		if raw, ok := p.overrides[spec.service]; ok {
			endpoints[spec.service] = resolve(spec, raw, projectID)
		} else if raw, ok := c.find(spec.types, p.iface, region); ok {
			endpoints[spec.service] = p.fromCatalogue(spec, raw, projectID)
		} else {
			endpoints[spec.service] = endpoint{spec: spec, err: p.absent(spec.service, region)}
		}
	}
	return endpoints, region
}

// absent is the error for a service without an endpoint.
func (p placement) absent(svc service, region string) *Error {
	in := ""
	if region != "" {
		in = fmt.Sprintf(" in region %q", region)
	}
	return &Error{
		Kind:    NoService,
		Message: fmt.Sprintf("the catalogue of your project has no %s endpoint of the %s service%s", p.iface, svc, in),
	}
}

// firstRegion returns the first region by name that has compute, or if none has, any service.
// By name, since Keystone lists endpoints in no fixed order.
func (c catalogue) firstRegion(iface string) string {
	var compute, all []string
	for _, entry := range c {
		for _, e := range entry.Endpoints {
			if e.Interface != iface || e.region() == "" {
				continue
			}
			all = append(all, e.region())
			if svc, ok := serviceOfType(entry.Type); ok && svc == computeService {
				compute = append(compute, e.region())
			}
		}
	}
	if len(compute) > 0 {
		return slices.Min(compute)
	}
	if len(all) > 0 {
		return slices.Min(all)
	}
	return ""
}

// find returns the address of the first of types that the region has. An endpoint without a region
// serves every region, but one that names the region goes first.
func (c catalogue) find(types []string, iface, region string) (string, bool) {
	for _, wanted := range [...]string{region, ""} {
		for _, serviceType := range types {
			for _, entry := range c {
				if entry.Type != serviceType {
					continue
				}
				for _, e := range entry.Endpoints {
					if e.Interface == iface && e.region() == wanted && e.URL != "" {
						return e.URL, true
					}
				}
			}
		}
	}
	return "", false
}
