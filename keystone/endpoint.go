package keystone

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// service is an OpenStack service the gateway speaks to, by its plain name.
type service string

const (
	identityService service = "identity"
	computeService  service = "compute"
	networkService  service = "network"
	imageService    service = "image"
	volumeService   service = "volume"
)

// serviceSpec is how a service is found and addressed.
type serviceSpec struct {
	service service
	// types are its names in the catalogue, in the order they are looked for.
	types []string
	// version is the API version spoken, as the URL spells it.
	version string
	// clientType is what gophercloud derives the microversion headers from.
	clientType string
	// projectInPath: URLs need the project's id after the version. Cinder demands it before
	// microversion 3.67 and takes it ever after; Nova takes it, but needs it no more.
	projectInPath bool
}

// serviceSpecs lists the services with a catalogue entry. Keystone itself is found by Options.URL.
var serviceSpecs = []serviceSpec{
	{service: computeService, types: []string{"compute"}, version: "v2.1", clientType: "compute"},
	{service: networkService, types: []string{"network"}, version: "v2.0", clientType: "network"},
	{service: imageService, types: []string{"image"}, version: "v2", clientType: "image"},
	{
		service: volumeService, types: []string{"volumev3", "block-storage", "block-store", "volume"},
		version: "v3", clientType: "block-storage", projectInPath: true,
	},
}

// serviceOfType returns the service that a catalogue type, or a service's plain name, means.
func serviceOfType(serviceType string) (service, bool) {
	for _, spec := range serviceSpecs {
		if slices.Contains(spec.types, serviceType) {
			return spec.service, true
		}
	}
	return "", false
}

// endpoint is where one service is reached by one project, or why it is not.
type endpoint struct {
	spec  serviceSpec
	url   string // with version, ends with a slash
	route route  // without version: everything sent to the service is below it
	err   *Error // set instead of the two above
}

// resolve makes the endpoint of spec from the address in the catalogue or the configuration.
//
// Addresses come with the version or without it, with the project after it or not, below a path
// prefix or not, and in old catalogues with an older version (compute v2, volume v2). The version
// spoken replaces the one found: asking the service which versions it has would cost a request.
func resolve(spec serviceSpec, raw, projectID string) endpoint {
	u, err := parseEndpoint(raw)
	if err != nil {
		return endpoint{spec: spec, err: unusable(spec.service, err)}
	}
	prefix, project := splitVersion(pathSegments(u), projectID)
	path := append(slices.Clone(prefix), spec.version)
	switch {
	case project != "":
		path = append(path, project)
	case spec.projectInPath:
		path = append(path, url.PathEscape(projectID))
	}
	return endpoint{
		spec:  spec,
		url:   origin(u) + rootPath(path),
		route: route{service: spec.service, origin: u, path: rootPath(prefix)},
	}
}

// unusable is the error for a service whose address must not be called.
func unusable(svc service, cause error) *Error {
	return &Error{
		Kind:    NoService,
		Message: fmt.Sprintf("the address of the %s service in the catalogue cannot be used", svc),
		Cause:   cause,
	}
}

// splitVersion divides a path into what precedes the version and the project segment after it,
// which is "" if there is none.
func splitVersion(segments []string, projectID string) (prefix []string, project string) {
	n := len(segments)
	if n > 0 && isVersion(segments[n-1]) {
		return segments[:n-1], ""
	}
	if n > 1 && isVersion(segments[n-2]) && strings.TrimPrefix(segments[n-1], "AUTH_") == projectID {
		return segments[:n-2], segments[n-1]
	}
	return segments, ""
}

// versionSegment matches the path segment that names an API version: v3, v2.1.
var versionSegment = regexp.MustCompile(`^v[0-9]+(\.[0-9]+)?$`)

func isVersion(segment string) bool { return versionSegment.MatchString(segment) }

// pathSegments returns the escaped segments of u's path, without empty ones.
func pathSegments(u *url.URL) []string {
	return slices.DeleteFunc(strings.Split(u.EscapedPath(), "/"), func(s string) bool { return s == "" })
}

// origin returns u's scheme and host, escaped.
func origin(u *url.URL) string { return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String() }

// rootPath returns the path of the escaped segments, with a slash at both ends.
func rootPath(segments []string) string {
	return "/" + strings.Join(append(slices.Clone(segments), ""), "/")
}

// newRoute makes the route of everything below an address, given with or without a version.
func newRoute(svc service, raw string) (route, error) {
	u, err := parseEndpoint(raw)
	if err != nil {
		return route{}, err
	}
	prefix, _ := splitVersion(pathSegments(u), "")
	return route{service: svc, origin: u, path: rootPath(prefix)}, nil
}

// parseEndpoint parses the address of a service. Only http and https to a host are addresses of a
// service, and user information, queries and fragments are not part of one.
func parseEndpoint(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errors.New("not a URL") // the parser's text would quote a password
	case u.User != nil:
		return nil, errors.New("contains user information")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q is neither http nor https", raw)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q names no host", raw)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("%q has a query or fragment", raw)
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && forbiddenAddr(addr) {
		return nil, fmt.Errorf("%q: %w", raw, errForbiddenAddr)
	}
	return u, nil
}

// errForbiddenAddr is why no connection is made to an address of forbiddenAddr.
var errForbiddenAddr = errors.New("link-local and unspecified addresses are not called")

// awsMetadata is a metadata service outside the link-local range.
var awsMetadata = netip.MustParseAddr("fd00:ec2::254")

// forbiddenAddr reports whether no OpenStack service can be at addr: link-local addresses are where
// clouds keep the metadata of the machine we run on, and unspecified ones mean this machine.
func forbiddenAddr(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return addr.IsUnspecified() || addr.IsLinkLocalUnicast() || addr == awsMetadata
}
