package openstacktest

import (
	"fmt"
	"strconv"
	"strings"
)

// minorVersion reads the second number of a microversion such as 2.93; empty means fallback.
func minorVersion(s, fallback string) (int, error) {
	if s == "" {
		s = fallback
	}
	major, minor, ok := strings.Cut(s, ".")
	if !ok || major != fallback[:1] {
		return 0, fmt.Errorf("microversion %q: want %s.N", s, fallback[:1])
	}
	n, err := strconv.Atoi(minor)
	if err != nil {
		return 0, fmt.Errorf("microversion %q: %w", s, err)
	}
	return n, nil
}

// microversion is what a service with microversions understands of the header.
type microversion struct {
	service  string // "compute" or "volume"
	major    int
	min, max int
}

// negotiate reads the OpenStack-API-Version header (or, for compute, its predecessor) and sets
// r.minor. An entry for another service is ignored; "latest" is the maximum.
// Nova API guide: microversions.
func (m microversion) negotiate(r *request) error {
	asked := ""
	for entry := range strings.SplitSeq(r.Header.Get("OpenStack-API-Version"), ",") {
		if service, version, ok := strings.Cut(strings.TrimSpace(entry), " "); ok && service == m.service {
			asked = strings.TrimSpace(version)
		}
	}
	if asked == "" && m.service == "compute" {
		asked = r.Header.Get("X-OpenStack-Nova-API-Version")
	}
	switch asked {
	case "":
		r.minor = m.min
		return nil
	case "latest":
		r.minor = m.max
		return nil
	}
	major, minor, ok := strings.Cut(asked, ".")
	first, err1 := strconv.Atoi(major)
	second, err2 := strconv.Atoi(minor)
	if !ok || err1 != nil || err2 != nil {
		r.strict(fmt.Sprintf("malformed microversion %q", asked))
		return refuse(400, "API Version String %s is of invalid format. Must be of format MajorNum.MinorNum.", asked)
	}
	r.minor = second
	if first != m.major || second < m.min || second > m.max {
		r.strict(fmt.Sprintf("unsupported microversion %s %q", m.service, asked))
		return refuse(406, "Version %s is not supported by the API. Minimum is %d.%d and maximum is %d.%d.",
			asked, m.major, m.min, m.major, m.max)
	}
	return nil
}

// noVersion stands in r.minor until a version has been negotiated: answers that are older than that,
// such as a 401, carry no version header.
const noVersion = -1

// header is the version as the answer repeats it.
func (m microversion) header(minor int) string {
	return fmt.Sprintf("%d.%d", m.major, minor)
}
