package gateway

import (
	"strconv"
	"strings"

	"github.com/occigate/occigate/occi"
)

// version is a version of OCCI, such as 1.2. The parts are numbers: 1.10 is above 1.2.
type version struct{ major, minor int }

// newest is the highest version that is served.
var newest = version{1, 2}

func (v version) above(w version) bool {
	return v.major > w.major || v.major == w.major && v.minor > w.minor
}

// checkVersion refuses a client that speaks only versions above the newest (GFD.223 §5.3: 501).
// A User-Agent that names no version, or one that is no number, speaks any.
func checkVersion(userAgent string) error {
	var tooNew string
	for product := range strings.FieldsSeq(userAgent) {
		v, ok := parseVersion(product)
		if !ok {
			continue
		}
		if !v.above(newest) {
			return nil
		}
		tooNew = product
	}
	if tooNew != "" {
		return occi.Errorf(occi.Unimplemented, "%s is not served, only OCCI/1.1 and OCCI/1.2", tooNew)
	}
	return nil
}

// clientVersion tells which version the answer is for: the highest that the client speaks. Whoever speaks none from
// 1.1 on gets 1.1, and whoever names none gets everything.
func clientVersion(userAgent string) occi.Version {
	spoken := occi.AnyVersion
	for product := range strings.FieldsSeq(userAgent) {
		v, ok := parseVersion(product)
		switch {
		case !ok || v.above(newest):
		case v == newest:
			return occi.Version12
		default:
			spoken = occi.Version11
		}
	}
	return spoken
}

// parseVersion reads a product token such as "OCCI/1.2".
func parseVersion(product string) (version, bool) {
	number, ok := strings.CutPrefix(product, "OCCI/")
	if !ok {
		return version{}, false
	}
	major, minor, _ := strings.Cut(number, ".")
	v := version{}
	var errMajor, errMinor error
	v.major, errMajor = strconv.Atoi(major)
	if minor != "" {
		v.minor, errMinor = strconv.Atoi(minor)
	}
	return v, errMajor == nil && errMinor == nil && v.major >= 0 && v.minor >= 0
}
