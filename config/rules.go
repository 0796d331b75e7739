package config

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// validator gathers faults. Its rules are each about one setting, or two.
type validator struct {
	faults []Fault
}

func (v *validator) fault(key, format string, args ...any) {
	v.faults = append(v.faults, Fault{Key: key, Message: fmt.Sprintf(format, args...)})
}

func (v *validator) notEmpty(key, value string) {
	if value == "" {
		v.fault(key, "must not be empty")
	}
}

// positive wants a number, size or duration above zero.
func positive[T int | ByteSize | time.Duration](v *validator, key string, value T) {
	if value <= 0 {
		v.fault(key, "must be above zero, is %v", value)
	}
}

// oneOf wants one of a few words.
func oneOf[T ~string](v *validator, key string, value T, words ...T) {
	if !slices.Contains(words, value) {
		v.fault(key, "want one of %q, got %q", words, value)
	}
}

// shorter wants the first of two durations below the second.
func (v *validator) shorter(key string, value time.Duration, otherKey string, other time.Duration) {
	if value >= other && other > 0 {
		v.fault(key, "must be shorter than %s (%s), is %s", otherKey, other, value)
		v.faults[len(v.faults)-1].related = []string{otherKey}
	}
}

// together wants both of two settings, or neither.
func (v *validator) together(key, value, otherKey, other string) {
	switch {
	case value == "" && other != "":
		v.fault(key, "must be given together with %s", otherKey)
		v.faults[len(v.faults)-1].related = []string{otherKey}
	case value != "" && other == "":
		v.fault(otherKey, "must be given together with %s", key)
		v.faults[len(v.faults)-1].related = []string{key}
	}
}

// addresses wants host:port each, to listen on. Port 0 is any free one.
func (v *validator) addresses(key string, addresses []string) {
	for i, address := range addresses {
		element := fmt.Sprintf("%s[%d]", key, i)
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			v.fault(element, "want host:port or :port, got %q", address)
			continue
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			v.fault(element, "want a port from 0 to 65535, got %q", port)
		}
	}
}

// url wants an absolute URL that paths can be added to, and tells whether it is one.
// User and password must not be in it, and are not shown.
func (v *validator) url(key, value string) bool {
	u, err := url.Parse(value)
	switch {
	case strings.Contains(value, "@"):
		v.fault(key, "must not contain user or password")
	case err != nil:
		v.fault(key, "want an absolute http or https URL, got %q", value)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		v.fault(key, "want an absolute http or https URL, got %q", value)
	case u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		v.fault(key, "must not contain a query or fragment, got %q", value)
	case !validPort(u):
		v.fault(key, "want a port from 1 to 65535, got %q", u.Port())
	default:
		return true
	}
	return false
}

// validPort tells whether a URL has no port or one that can be connected to.
func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

// mountPath matches a path that is literally the beginning of a URL's path, and
// nothing to a router.
var mountPath = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)*$`)

// mounts wants different paths, "" or "/…", at least one.
func (v *validator) mounts(key string, mounts []string) {
	if len(mounts) == 0 {
		v.fault(key, `want at least one path; "" is the root`)
	}
	for i, mount := range mounts {
		element := fmt.Sprintf("%s[%d]", key, i)
		switch {
		case !mountPath.MatchString(mount), mount != "" && path.Clean(mount) != mount:
			v.fault(element, `want "" or a path such as "/occi1.1" without a slash at its end, got %q`, mount)
		case strings.HasPrefix(mount+"/", "/p/"):
			v.fault(element, `paths below "/p" tell the project, got %q`, mount)
		case slices.Contains(mounts[:i], mount):
			v.fault(element, "%q is there already", mount)
		}
	}
}
