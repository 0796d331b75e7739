package gateway

import (
	"net/url"
	"strings"
)

// projectMount begins paths that tell which project the request is for: /p/<id or name>/ and then
// everything as without it, all mounts included.
const projectMount = "/p/"

// splitProject divides a routePath into the part that tells the project, "" if none does, and the rest.
func splitProject(path string) (prefix, rest string) {
	after, found := strings.CutPrefix(path, projectMount)
	project, rest, _ := strings.Cut(after, "/")
	if !found || project == "" {
		return "", path
	}
	return projectMount + project, "/" + rest
}

// projectIn returns the project that the path tells, "" if it tells none.
func projectIn(u *url.URL) string {
	prefix, _ := splitProject(routePath(u))
	project, err := url.PathUnescape(strings.TrimPrefix(prefix, projectMount))
	if err != nil {
		return ""
	}
	return project
}

// mountsWith returns the mounts, and the same below the part of a path that tells the project. URLs that
// clients send are compared decoded.
func mountsWith(prefix string, mounts []string) []string {
	if prefix == "" {
		return mounts
	}
	decoded, err := url.PathUnescape(prefix)
	if err != nil {
		return mounts
	}
	all := append([]string(nil), mounts...)
	for _, mount := range mounts {
		all = append(all, decoded+mount)
	}
	return all
}
