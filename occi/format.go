package occi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Format is a media type that requests and answers are written in.
type Format int

// The renderings of OCCI in text (GFD.229 §6–8) and in JSON (GFD.226).
const (
	TextPlain   Format = iota + 1 // fields in the body, one a line
	TextOCCI                      // fields in the HTTP header
	URIList                       // URLs in the body, one a line; listings only
	OCCIPlain                     // TextPlain by the name that OCCI 1.2 gave it
	JSON                          // complete entities
	GenericJSON                   // JSON by the name that clients know who know no OCCI
)

// formats are all of them. Where a client accepts several equally, the first wins.
var formats = [...]Format{TextPlain, OCCIPlain, TextOCCI, JSON, GenericJSON, URIList}

// mediaType returns the format's media type without parameters.
func (f Format) mediaType() string {
	switch f {
	case TextPlain:
		return "text/plain"
	case TextOCCI:
		return "text/occi"
	case URIList:
		return "text/uri-list"
	case OCCIPlain:
		return "text/occi+plain"
	case JSON:
		return "application/occi+json"
	case GenericJSON:
		return "application/json"
	}
	return ""
}

// isJSON reports whether the rendering is that of GFD.226.
func (f Format) isJSON() bool { return f == JSON || f == GenericJSON }

// String returns the media type without parameters.
func (f Format) String() string { return f.mediaType() }

// ContentType returns the value of the Content-Type header. Only text in the body has a charset: rOCCI and jOCCI
// read titles as ISO-8859-1 without one. JSON is always UTF-8, the other formats are ASCII.
func (f Format) ContentType() string {
	if f == TextPlain || f == OCCIPlain {
		return f.mediaType() + "; charset=utf-8"
	}
	return f.mediaType()
}

// RequestFormat tells how a request is written. What follows a comma or semicolon in the Content-Type is ignored:
// rOCCI and IM send "text/plain,text/occi" for text/plain. Without a Content-Type it is text/occi if the header has
// OCCI fields, else text/plain. Every other media type is UnsupportedMedia.
func RequestFormat(contentType string, h http.Header) (Format, error) {
	name, _, _ := strings.Cut(contentType, ",")
	name, _, _ = strings.Cut(name, ";")
	name = strings.TrimSpace(name)
	if name == "" {
		if hasFields(h) {
			return TextOCCI, nil
		}
		return TextPlain, nil
	}
	for _, f := range formats {
		if strings.EqualFold(name, f.mediaType()) {
			return f, nil
		}
	}
	return 0, Errorf(UnsupportedMedia, "media type %q is not understood; send %s", clip(name), formatNames())
}

// AnswerFormat chooses the answer's format from the values of the Accept header (RFC 9110 §12.5.1): the highest
// quality wins, and text/plain where several are equal. No Accept means text/plain (GFD.185 §3.6.6). Members that
// are no media range are ignored. If nothing on offer is accepted, it is NotAcceptable.
func AnswerFormat(accept []string) (Format, error) {
	var ranges []mediaRange
	for _, line := range accept {
		for member := range strings.SplitSeq(line, ",") {
			if r, ok := parseMediaRange(member); ok {
				ranges = append(ranges, r)
			}
		}
	}
	if len(ranges) == 0 {
		return TextPlain, nil
	}
	var best Format
	highest := 0.0
	for _, f := range formats {
		if q := quality(f, ranges); q > highest {
			best, highest = f, q
		}
	}
	if best == 0 {
		return 0, Errorf(NotAcceptable, "none of the accepted media types is on offer; accept %s", formatNames())
	}
	return best, nil
}

// mediaRange is a member of an Accept header. Parameters other than q are not kept: clients add charsets.
type mediaRange struct {
	name    string  // lower case, such as "text/occi", "text/*" or "*/*"
	quality float64 // 0 to 1
}

func parseMediaRange(member string) (mediaRange, bool) {
	name, parameters, _ := strings.Cut(member, ";")
	r := mediaRange{strings.ToLower(strings.TrimSpace(name)), 1}
	main, sub, slash := strings.Cut(r.name, "/")
	if !slash || !isMediaToken(main) || !isMediaToken(sub) || main == "*" && sub != "*" {
		return r, false
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		key, value, _ := strings.Cut(parameter, "=")
		if !strings.EqualFold(strings.TrimSpace(key), "q") {
			continue
		}
		q, ok := parseQuality(strings.TrimSpace(value))
		if !ok {
			return r, false
		}
		r.quality = q
	}
	return r, true
}

// parseQuality reads a weight: a decimal from 0 to 1.
func parseQuality(s string) (float64, bool) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	q, err := strconv.ParseFloat(s, 64)
	return q, err == nil && q <= 1
}

// isMediaToken reports whether s consists of the characters that registered media types have, or is "*".
func isMediaToken(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+*") == ""
}

// quality returns the weight of the most specific range that the format is in, or 0.
func quality(f Format, ranges []mediaRange) float64 {
	main, _, _ := strings.Cut(f.mediaType(), "/")
	for _, name := range []string{f.mediaType(), main + "/*", "*/*"} {
		if i := slices.IndexFunc(ranges, func(r mediaRange) bool { return r.name == name }); i >= 0 {
			return ranges[i].quality
		}
	}
	return 0
}

func formatNames() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.mediaType()
	}
	return strings.Join(names, ", ")
}
