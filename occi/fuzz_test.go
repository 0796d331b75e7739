package occi_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/occigate/occigate/occi"
)

// unlimited lets a message be parsed again that grew when its control characters were escaped.
var unlimited = occi.Limits{Body: 1 << 30, HeaderBytes: 1 << 30}

func FuzzParseText(f *testing.F) {
	for _, g := range goldenFiles(f, "request-*.txtar") {
		_, body := goldenRequest(f, g)
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := occi.Parse(occi.TextPlain, nil, body, occi.Limits{})
		checkOutcome(t, m, err)
		if m != nil {
			checkBounds(t, m, len(body))
			checkStable(t, m)
		}
		m, err = occi.Parse(occi.URIList, nil, body, occi.Limits{})
		checkOutcome(t, m, err)
		if m != nil {
			checkBounds(t, m, len(body))
		}
	})
}

func FuzzParseHeader(f *testing.F) {
	names := []string{"Category", "Link", "X-Occi-Attribute", "X-Occi-Location"}
	for _, g := range goldenFiles(f, "request-*.txtar") {
		header, body := goldenRequest(f, g)
		for line := range strings.Lines(string(body)) {
			name, value, _ := strings.Cut(line, ":")
			header.Add(name, strings.TrimSpace(value))
		}
		for i, name := range names {
			if values := header.Values(name); len(values) > 0 {
				f.Add(uint8(i), values[0], values[len(values)-1])
			}
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, a, b string) {
		name := names[int(i)%len(names)]
		parse := func(values ...string) *occi.Message {
			m, err := occi.Parse(occi.TextOCCI, http.Header{name: values}, nil, occi.Limits{})
			checkOutcome(t, m, err)
			return m
		}
		repeated := parse(a, b)
		if repeated != nil {
			checkBounds(t, repeated, len(a)+len(b))
			checkStable(t, repeated)
		}
		if one, other := parse(a), parse(b); one == nil || other == nil {
			return
		}
		if utf8.ValidString(a) == utf8.ValidString(b) {
			if diff := cmp.Diff(repeated, parse(a+","+b), byValue); diff != "" {
				t.Errorf("%q and %q (-repeated +joined):\n%s", a, b, diff)
			}
		}
		if !strings.ContainsAny(a+b, "\r\n") && utf8.ValidString(a+b) {
			body := name + ": " + a + "\n" + name + ": " + b
			plain, err := occi.Parse(occi.TextPlain, nil, []byte(body), unlimited)
			if err != nil {
				t.Fatalf("%q and %q are read in text/occi, but in text/plain: %v", a, b, err)
			}
			if diff := cmp.Diff(repeated, plain, byValue); diff != "" {
				t.Errorf("%q and %q (-text/occi +text/plain):\n%s", a, b, diff)
			}
		}
	})
}

func FuzzAccept(f *testing.F) {
	f.Add("text/plain,text/occi;q=0.2", "*/*")
	f.Add("text/plain;q=0", "text/uri-list; charset=utf-8 ;q=1.000")
	f.Add("garbage", "text/*;q=high")
	f.Fuzz(func(t *testing.T, a, b string) {
		format, err := occi.AnswerFormat([]string{a, b})
		if (format == 0) == (err == nil) || err != nil && occi.CodeOf(err) != occi.NotAcceptable {
			t.Fatalf("%q, %q: got %v, %v", a, b, format, err)
		}
		if joined, _ := occi.AnswerFormat([]string{a + "," + b}); joined != format {
			t.Errorf("%q, %q: got %v repeated, %v joined", a, b, format, joined)
		}
		if reordered, _ := occi.AnswerFormat([]string{a, a, "", b}); reordered != format {
			t.Errorf("%q, %q: got %v, with a repeated member %v", a, b, format, reordered)
		}
	})
}

func FuzzRequestFormat(f *testing.F) {
	f.Add("text/plain,text/occi")
	f.Add("Text/OCCI; charset=utf-8")
	f.Add("")
	f.Fuzz(func(t *testing.T, contentType string) {
		format, err := occi.RequestFormat(contentType, nil)
		if (format == 0) == (err == nil) || err != nil && occi.CodeOf(err) != occi.UnsupportedMedia {
			t.Fatalf("%q: got %v, %v", contentType, format, err)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("%q: the message has %d bytes", contentType, len(err.Error()))
		}
		if more, _ := occi.RequestFormat(contentType+"; a=b,c/d", nil); more != format {
			t.Errorf("%q: got %v, with a parameter %v", contentType, format, more)
		}
	})
}

// checkOutcome insists on a message or an error that can be shown in one line.
func checkOutcome(t *testing.T, m *occi.Message, err error) {
	t.Helper()
	if (m == nil) == (err == nil) {
		t.Fatalf("got both or neither of %v and %v", m, err)
	}
	if err == nil {
		return
	}
	if code := occi.CodeOf(err); code != occi.Invalid && code != occi.TooLarge {
		t.Errorf("got code %d for %v", code, err)
	}
	text := err.Error()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || text == "" || len(text) > 1000 {
		t.Errorf("message %q cannot be shown", text)
	}
}

// checkBounds insists that a message is within the limits and not larger than what it was read from.
func checkBounds(t *testing.T, m *occi.Message, size int) {
	t.Helper()
	text, attributes := 0, len(m.Attributes)
	count := func(words ...string) {
		for _, w := range words {
			text += len(w)
		}
	}
	pairs := func(pairs occi.Attributes) {
		for _, p := range pairs {
			count(p.Name, p.Value.Text())
		}
	}
	for _, c := range m.Categories {
		count(c.Scheme, c.Term, c.Title, c.Location, idsText(c.Rel), idsText(c.Actions))
		for _, a := range c.Attributes {
			count(a.Name)
		}
	}
	pairs(m.Attributes)
	for _, l := range m.Links {
		count(l.Target, l.Self, idsText(l.Rel), idsText(l.Categories))
		pairs(l.Attributes)
		attributes += len(l.Attributes)
	}
	count(m.Locations...)
	if text > 2*size { // a byte of ISO-8859-1 takes two in UTF-8
		t.Errorf("%d bytes gave %d bytes of text", size, text)
	}
	if len(m.Categories) > 256 || attributes > 1024 || len(m.Links) > 128 || len(m.Locations) > 4096 {
		t.Errorf("the message has %d categories, %d attributes, %d links, %d locations",
			len(m.Categories), attributes, len(m.Links), len(m.Locations))
	}
}

// checkStable insists that a message written in either format, joined or repeated, is read as the same message.
func checkStable(t *testing.T, m *occi.Message) {
	t.Helper()
	for name, parse := range map[string]func() (*occi.Message, error){
		"text/plain": func() (*occi.Message, error) {
			return occi.Parse(occi.TextPlain, nil, []byte(messageText(m)), unlimited)
		},
		"text/occi": func() (*occi.Message, error) {
			return occi.Parse(occi.TextOCCI, messageHeader(m, false), nil, unlimited)
		},
		"text/occi, joined": func() (*occi.Message, error) {
			return occi.Parse(occi.TextOCCI, messageHeader(m, true), nil, unlimited)
		},
	} {
		again, err := parse()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, messageText(m))
		}
		if diff := cmp.Diff(m, again, byValue, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-once +twice):\n%s", name, diff)
		}
	}
}
