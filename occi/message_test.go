package occi_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// byValue lets cmp compare attribute values.
var byValue = cmp.Comparer(func(a, b occi.Value) bool { return a == b })

// fieldLine is an item of a message as text: a name and a value.
type fieldLine struct{ name, value string }

// messageLines writes a message as exactly as the grammar allows, with escapes, so that parsing the lines gives the
// message again. The Renderer cannot serve for that: it changes texts to what clients can read.
func messageLines(m *occi.Message) []fieldLine {
	var lines []fieldLine
	for _, c := range m.Categories {
		lines = append(lines, fieldLine{"Category", categoryValue(c)})
	}
	for _, p := range m.Attributes {
		lines = append(lines, fieldLine{"X-OCCI-Attribute", pairText(p)})
	}
	for _, l := range m.Links {
		lines = append(lines, fieldLine{"Link", linkValue(l)})
	}
	for _, url := range m.Locations {
		lines = append(lines, fieldLine{"X-OCCI-Location", url})
	}
	return lines
}

// messageText writes a message as a text/plain body.
func messageText(m *occi.Message) string {
	var b strings.Builder
	for _, l := range messageLines(m) {
		fmt.Fprintf(&b, "%s: %s\n", l.name, l.value)
	}
	return b.String()
}

// messageHeader writes a message as a text/occi header: one field for each item, or all of a name in one.
func messageHeader(m *occi.Message, join bool) http.Header {
	h := http.Header{}
	for _, l := range messageLines(m) {
		if old := h.Get(l.name); join && old != "" {
			h.Set(l.name, old+", "+l.value)
		} else {
			h.Add(l.name, l.value)
		}
	}
	return h
}

func categoryValue(c occi.Category) string {
	parts := []string{c.Term, "scheme=" + quote(c.Scheme)}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+quote(value))
		}
	}
	add("class", c.Class.String())
	add("title", c.Title)
	add("rel", idsText(c.Rel))
	add("location", c.Location)
	var defined []string
	for _, a := range c.Attributes {
		properties := ""
		switch {
		case a.Immutable && a.Required:
			properties = "{immutable required}"
		case a.Immutable:
			properties = "{immutable}"
		case a.Required:
			properties = "{required}"
		}
		defined = append(defined, a.Name+properties)
	}
	add("attributes", strings.Join(defined, " "))
	add("actions", idsText(c.Actions))
	return strings.Join(parts, "; ")
}

func linkValue(l occi.Link) string {
	parts := []string{"<" + l.Target + ">"}
	if len(l.Rel) > 0 {
		parts = append(parts, "rel="+quote(idsText(l.Rel)))
	}
	if l.Self != "" {
		parts = append(parts, "self="+quote(l.Self))
	}
	if len(l.Categories) > 0 {
		parts = append(parts, "category="+quote(idsText(l.Categories)))
	}
	for _, p := range l.Attributes {
		parts = append(parts, pairText(p))
	}
	return strings.Join(parts, "; ")
}

func pairText(p occi.Pair) string {
	if p.Value.Type() == occi.StringType {
		return p.Name + "=" + quote(p.Value.Text())
	}
	return p.Name + "=" + p.Value.Text()
}

func idsText(ids []occi.ID) string {
	var words []string
	for _, id := range ids {
		words = append(words, id.String())
	}
	return strings.Join(words, " ")
}

// quote writes a quoted string with escapes for quotes, backslashes and control characters.
func quote(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case unicode.IsControl(r):
			b.WriteString(`\u{` + strconv.FormatInt(int64(r), 16) + `}`)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}
