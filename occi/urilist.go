package occi

import "strings"

// readURIList reads text/uri-list (RFC 2483 §5): a URL on each line, comments behind "#".
func (p *parser) readURIList(body string) *Error {
	for line := range strings.SplitSeq(body, "\n") {
		line = strings.Trim(line, " \t\r")
		if line == "" || line[0] == '#' {
			continue
		}
		s := scanner{field: "URL", text: line, item: len(p.message.Locations) + 1}
		s.limit(s.item, p.limits.Locations, "locations")
		p.message.Locations = append(p.message.Locations, s.reference(0, line))
		if s.err != nil {
			return s.err
		}
	}
	return nil
}
