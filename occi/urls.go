package occi

import (
	"net/url"
	"slices"
	"strings"
)

// URLs makes and reads the URLs of entities and categories, as one client sees them.
type URLs struct {
	Base   string   // scheme and authority, such as "https://cloud.example.org:8787"; no trailing slash
	Mount  string   // path prefix of this request, "" or such as "/occi1.2"; no trailing slash
	Mounts []string // every prefix the gateway serves; all of them are read
}

// Path returns the absolute path of a location below the mount.
func (u URLs) Path(location string) string { return u.Mount + location }

// EntityPath returns the absolute path of an entity: its kind's location followed by its id.
func (u URLs) EntityPath(r Ref) string { return u.Mount + r.Kind.Location + url.PathEscape(r.ID) }

// Entity returns the absolute URL of an entity.
func (u URLs) Entity(r Ref) string { return u.Base + u.EntityPath(r) }

// Resolve reads a reference to an entity: an absolute URL of this gateway, or an absolute path,
// with or without a mount (rOCCI cuts the prefix off, IM keeps it), with duplicate slashes (IM).
func (u URLs) Resolve(m *Model, reference string) (Ref, error) {
	if strings.HasPrefix(reference, "/") {
		reference = CollapseSlashes(reference) // else "//storage/ID" would name a host
	}
	parsed, err := url.Parse(reference)
	if err != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		return Ref{}, Errorf(Invalid, "%q is no URL of an entity", clip(reference))
	}
	if parsed.Host != "" && !u.isOwn(parsed) {
		return Ref{}, Errorf(Invalid, "%q is not below %s", clip(reference), u.Base+u.Mount)
	}
	path := u.trimMount(CollapseSlashes(parsed.Path))
	ref, ok := m.EntityAt(path)
	if !ok {
		return Ref{}, Errorf(Invalid, "%q is not the URL of an entity of this provider", clip(reference))
	}
	return ref, nil
}

// isOwn compares the authority without regard to the scheme: a proxy in front may have ended TLS.
func (u URLs) isOwn(reference *url.URL) bool {
	_, authority, _ := strings.Cut(u.Base, "://")
	return strings.EqualFold(reference.Host, authority)
}

// trimMount cuts the longest mount that is a prefix of the path.
func (u URLs) trimMount(path string) string {
	longest := ""
	for _, mount := range slices.Concat(u.Mounts, []string{u.Mount}) {
		if len(mount) > len(longest) && strings.HasPrefix(path, mount+"/") {
			longest = mount
		}
	}
	return path[len(longest):]
}

// CollapseSlashes replaces runs of slashes by one. IM and jOCCI build paths such as "//storagelink/ID" and
// "/occi1.1//-/"; a redirect would lose the body of a POST.
func CollapseSlashes(path string) string {
	if !strings.Contains(path, "//") {
		return path
	}
	var b strings.Builder
	b.Grow(len(path))
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}
