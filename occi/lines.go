package occi

import (
	"iter"
	"strings"
)

// unfoldedLines gives the lines of a text/plain body that are not blank, each with the number of the line it begins
// on, counted from 1. Lines end in LF or CRLF, or in LF CR (pOCCI); one that begins with a blank continues the one
// before (RFC 9112 §5.2).
func unfoldedLines(body string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		var parts []string // of the present line
		begin, number := 0, 0
		for line := range strings.SplitSeq(body, "\n") {
			number++
			line = strings.Trim(line, "\r")
			text := strings.Trim(line, " \t")
			switch {
			case text == "":
				continue
			case isBlank(line[0]) && len(parts) > 0:
				parts = append(parts, text)
				continue
			case len(parts) > 0 && !yield(begin, strings.Join(parts, " ")):
				return
			}
			parts, begin = append(parts[:0], text), number
		}
		if len(parts) > 0 {
			yield(begin, strings.Join(parts, " "))
		}
	}
}
