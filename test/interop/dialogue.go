package interop

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// dialogue is what a client says when its user does something, recorded, with what it needs of the answers.
//
// A file has comments (#), header fields of all requests (*), and steps. A step begins with what the user does (=),
// goes on with the request (>: the request line, then header fields; |: lines of the body) and ends with what the
// client needs (<):
//
//	< 200 201            one of these statuses
//	< Name: regexp       a header field, all of which the expression matches
//	< ~ regexp           the body has a match; ^ and $ are the ends of lines
//	< !~ regexp          the body has none
//	< until ~ regexp     the client asks again until the body has a match
//	< until 404          or until the status is this
//
// ${name} is a variable, in requests and in expressions: endpoint (the URL of the service), base (the path of it, "" at
// the root), token, uuid (a new one each time), and what the groups (?P<name>…) of earlier expressions have matched.
type dialogue struct {
	header []string // "Name: value"
	steps  []step
}

type step struct {
	line    int // in the file
	does    string
	request []string // request line and header fields
	body    []string
	needs   []need
}

// need is a check of an answer. Of statuses, header and body one is set.
type need struct {
	text     string // as written
	statuses []int
	header   string // name of a field
	pattern  string // for the header field or, without one, the body
	not      bool   // the body must not match
	until    bool   // ask again until it is so
}

// parseDialogue reads a file of the form that dialogue has.
func parseDialogue(file io.Reader) (*dialogue, error) {
	d := &dialogue{}
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		mark, rest, _ := strings.Cut(lines.Text(), " ")
		if err := d.add(n, mark, rest); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return d, lines.Err()
}

func (d *dialogue) add(line int, mark, rest string) error {
	switch mark {
	case "", "#":
		return nil
	case "*":
		d.header = append(d.header, rest)
		return nil
	case "=":
		d.steps = append(d.steps, step{line: line, does: rest})
		return nil
	}
	if len(d.steps) == 0 {
		return fmt.Errorf("%q before the first step", mark)
	}
	s := &d.steps[len(d.steps)-1]
	switch mark {
	case ">":
		s.request = append(s.request, rest)
	case "|":
		s.body = append(s.body, rest)
	case "<":
		n, err := parseNeed(rest)
		if err != nil {
			return err
		}
		s.needs = append(s.needs, n)
	default:
		return fmt.Errorf("unknown mark %q", mark)
	}
	return nil
}

var headerNeed = regexp.MustCompile(`^([A-Za-z-]+): (.*)$`)

func parseNeed(text string) (need, error) {
	n := need{text: text}
	text, n.until = strings.CutPrefix(text, "until ")
	if pattern, ok := strings.CutPrefix(text, "~ "); ok {
		n.pattern = pattern
		return n, nil
	}
	if pattern, ok := strings.CutPrefix(text, "!~ "); ok {
		n.pattern, n.not = pattern, true
		return n, nil
	}
	if field := headerNeed.FindStringSubmatch(text); field != nil {
		n.header, n.pattern = field[1], field[2]
		return n, nil
	}
	for word := range strings.FieldsSeq(text) {
		status, err := strconv.Atoi(word)
		if err != nil {
			return need{}, fmt.Errorf("%q is no check", text)
		}
		n.statuses = append(n.statuses, status)
	}
	if len(n.statuses) == 0 {
		return need{}, fmt.Errorf("%q is no check", text)
	}
	return n, nil
}
