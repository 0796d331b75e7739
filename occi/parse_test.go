package occi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

const kindLine = `Category: compute; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n"

// TestParseSyntax reads single lines that a client, or the specification's examples, write in a way of their own.
func TestParseSyntax(t *testing.T) {
	t.Parallel()
	category := func(change func(*occi.Category)) *occi.Message {
		c := occi.Category{ID: occi.ID{Scheme: "http://a/b#", Term: "t"}}
		if change != nil {
			change(&c)
		}
		return &occi.Message{Categories: []occi.Category{c}}
	}
	attributes := func(pairs ...occi.Pair) *occi.Message { return &occi.Message{Attributes: pairs} }
	link := func(change func(*occi.Link)) *occi.Message {
		l := occi.Link{Target: "/n/1", Rel: []occi.ID{{Scheme: "http://a/b#", Term: "t"}}}
		if change != nil {
			change(&l)
		}
		return &occi.Message{Links: []occi.Link{l}}
	}
	for _, c := range []struct {
		line string
		want *occi.Message
	}{
		{"", &occi.Message{}},
		{"\r\n \t\n\n", &occi.Message{}},
		{`Category: t;scheme="http://a/b#"`, category(nil)},
		{`Category: t;scheme="http://a/b#";`, category(nil)},
		{`Category: t ; scheme = "http://a/b#" ; ;`, category(nil)},
		{`CATEGORY:t; scheme='http://a/b#'`, category(nil)},
		{`category : t; SCHEME=http://a/b#`, category(nil)},
		{`Category: , t; scheme="http://a/b#",,`, category(nil)},
		{`Category: t; foo="b;a,r"; scheme="http://a/b#"; bar=baz`, category(nil)},
		{`Category: t; class=mixin; scheme="http://a/b#"`, category(func(c *occi.Category) { c.Class = occi.ClassMixin })},
		{`Category: t; scheme="http://a/b#"; class='action'`, category(func(c *occi.Category) { c.Class = occi.ClassAction })},
		{`Category: t; scheme="http://a/b#"; title=nil`, category(nil)},
		{`Category: t; scheme="http://a/b#"; title="nil"`, category(func(c *occi.Category) { c.Title = "nil" })},
		{`Category: t; scheme="http://a/b#"; title="a, \"b\"; c"`, category(func(c *occi.Category) { c.Title = `a, "b"; c` })},
		{`Category: t; scheme="http://a/b#"; rel="x#y  z#u"`, category(func(c *occi.Category) {
			c.Rel = []occi.ID{{Scheme: "x#", Term: "y"}, {Scheme: "z#", Term: "u"}}
		})},
		{`Category: t; scheme="http://a/b#"; location="/t/"; actions="x#y"`, category(func(c *occi.Category) {
			c.Location, c.Actions = "/t/", []occi.ID{{Scheme: "x#", Term: "y"}}
		})},
		{`Category: t; scheme="http://a/b#"; attributes="a.b  c{required} d{immutable} e{immutable required}f{mutable}"`, category(func(c *occi.Category) {
			c.Attributes = []occi.Attribute{
				{Name: "a.b"},
				{Name: "c", Required: true},
				{Name: "d", Immutable: true},
				{Name: "e", Immutable: true, Required: true},
				{Name: "f"},
			}
		})},
		{`X-OCCI-Attribute: a.b="c"`, attributes(occi.Pair{Name: "a.b", Value: occi.String("c")})},
		{`X-occi-attribute: a = 'c'`, attributes(occi.Pair{Name: "a", Value: occi.String("c")})},
		{`X-OCCI-Attribute: a=""`, attributes(occi.Pair{Name: "a", Value: occi.String("")})},
		{`X-OCCI-Attribute: a=1, b=0.5,c=true,d=false`, attributes(
			occi.Pair{Name: "a", Value: occi.Integer(1)}, occi.Pair{Name: "b", Value: occi.Number(0.5)},
			occi.Pair{Name: "c", Value: occi.Boolean(true)}, occi.Pair{Name: "d", Value: occi.Boolean(false)},
		)},
		{`X-OCCI-Attribute: a=-1, b=-0.5`, attributes(
			occi.Pair{Name: "a", Value: occi.Integer(-1)}, occi.Pair{Name: "b", Value: occi.Number(-0.5)},
		)},
		{`X-OCCI-Attribute: a=x86_64, b=True, c=1e3, d=.5, e=5., f=QUJD==`, attributes(
			occi.Pair{Name: "a", Value: occi.String("x86_64")}, occi.Pair{Name: "b", Value: occi.String("True")},
			occi.Pair{Name: "c", Value: occi.String("1e3")}, occi.Pair{Name: "d", Value: occi.String(".5")},
			occi.Pair{Name: "e", Value: occi.String("5.")}, occi.Pair{Name: "f", Value: occi.String("QUJD==")},
		)},
		{`X-OCCI-Attribute: a="b\"c\\d\#{e}\'f"`, attributes(occi.Pair{Name: "a", Value: occi.String(`b"c\d#{e}'f`)})},
		{`X-OCCI-Attribute: a="1\n2\t3\r4"`, attributes(occi.Pair{Name: "a", Value: occi.String("1\n2\t3\r4")})},
		{`X-OCCI-Attribute: a="\xC4\x8D\u017E\u{1F600}\u{e9}"`, attributes(occi.Pair{Name: "a", Value: occi.String("čž😀é")})},
		{`X-OCCI-Attribute: a="\x4 \xzz \u12 \u{} \u{1234567}"`, attributes(occi.Pair{Name: "a", Value: occi.String("x4 xzz u12 u{} u{1234567}")})},
		{`X-OCCI-Attribute: a="\ž"`, attributes(occi.Pair{Name: "a", Value: occi.String("ž")})},
		{"X-OCCI-Attribute: a=\"b\n\t c\"", attributes(occi.Pair{Name: "a", Value: occi.String("b c")})},
		{"X-OCCI-Attribute: a=\"b\n\r c\"", attributes(occi.Pair{Name: "a", Value: occi.String("b c")})},
		{"X-OCCI-Attribute: a=\"b\tc\"", attributes(occi.Pair{Name: "a", Value: occi.String("b\tc")})},
		{"X-OCCI-Attribute: a=\"M\xfcller\"", attributes(occi.Pair{Name: "a", Value: occi.String("Müller")})},
		{`Link: </n/1>; rel="http://a/b#t"`, link(nil)},
		{`Link: </n/1> ; rel=http://a/b#t;`, link(nil)},
		{`Link: </n/1,2;3>; rel="http://a/b#t"`, link(func(l *occi.Link) { l.Target = "/n/1,2;3" })},
		{`Link: </n/1>; a.b="c"; category="x#y z#u"; c=1; self="/l/1"; rel="http://a/b#t"`, link(func(l *occi.Link) {
			l.Self = "/l/1"
			l.Categories = []occi.ID{{Scheme: "x#", Term: "y"}, {Scheme: "z#", Term: "u"}}
			l.Attributes = occi.Attributes{{Name: "a.b", Value: occi.String("c")}, {Name: "c", Value: occi.Integer(1)}}
		})},
		{`Link: </n/1>; rel="http://a/b#t"; category=x#y z#u; a=fa:16:3e:00:00:01`, link(func(l *occi.Link) {
			l.Categories = []occi.ID{{Scheme: "x#", Term: "y"}, {Scheme: "z#", Term: "u"}}
			l.Attributes = occi.Attributes{{Name: "a", Value: occi.String("fa:16:3e:00:00:01")}}
		})},
		{`X-OCCI-Location: http://a/b , /c,`, &occi.Message{Locations: []string{"http://a/b", "/c"}}},
	} {
		got, err := occi.Parse(occi.TextPlain, nil, []byte(c.line), occi.Limits{})
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
			continue
		}
		if diff := cmp.Diff(c.want, got, byValue); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.line, diff)
		}
	}
}

// TestParseErrors checks that a message says where it is wrong and how.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, want string }{
		{"OK", `line 1: expected "name: value", found "OK"`},
		{"\n\nX-Foo: bar", `line 3: "X-Foo" is none of Category, Link, X-OCCI-Attribute, X-OCCI-Location`},
		{"http://gw/compute/1", `line 1: "http" is none of Category, Link, X-OCCI-Attribute, X-OCCI-Location`},
		{kindLine + `Category: "x"`, `Category[2], column 1: expected a term, found "\""`},
		{`Category: ž`, `Category[1], column 1: expected a term, found "ž"`},
		{`Category: a b`, `Category[1], column 3: expected ";", found "b"`},
		{`Category: a`, `Category[1], column 1: category "a" has no scheme: expected scheme="…#"`},
		{`Category: a; class "mixin"`, `Category[1], column 10: expected "=" after "class", found "\""`},
		{`Category: a; class=`, `Category[1], column 10: expected a value for "class", found the end`},
		{`Category: a; class=; scheme="a#"`, `Category[1], column 10: expected a value for "class", found ";"`},
		{`Category: a; class="kinds"`, `Category[1], column 10: "kinds" is no class: expected "kind", "mixin" or "action"`},
		{`Category: a; scheme="http://a/b"`, `Category[1], column 11: "http://a/b" is no scheme: it has to end in "#"`},
		{`Category: a; scheme="#"`, `Category[1], column 11: "#" is no scheme: it has to end in "#"`},
		{`Category: a; scheme="a\nb#"`, `Category[1], column 11: "a\nb#" is no scheme: it has to end in "#"`},
		{`Category: a; scheme="a#"; scheme="b#"`, `Category[1], column 24: "scheme" is given twice`},
		{`Category: a; scheme="a#"; class=kind; class=kind`, `Category[1], column 35: "class" is given twice`},
		{`Category: a; scheme="a#"; rel="b"`, `Category[1], column 21: "b" is no type identifier: want scheme#term`},
		{`Category: a; scheme="a#"; actions="b#"`, `Category[1], column 25: "b#" is no type identifier: want scheme#term`},
		{`Category: a; scheme="a#"; attributes="b!"`, `Category[1], column 28: "b!" is no attribute name`},
		{`Category: a; scheme="a#"; attributes="b{required"`, `Category[1], column 28: attribute b: expected "}"`},
		{`Category: a; scheme="a#"; ;title="č" "x"`, `Category[1], column 28: expected ";", found "\""`},
		{`Category: a; scheme="a#", b; scheme=`, `Category[2], column 11: expected a value for "scheme", found the end`},
		{`X-OCCI-Attribute: a`, `X-OCCI-Attribute[1], column 2: expected "=" after "a", found the end`},
		{`X-OCCI-Attribute: =1`, `X-OCCI-Attribute[1], column 1: expected an attribute name, found "="`},
		{`X-OCCI-Attribute: a=`, `X-OCCI-Attribute[1], column 3: expected a value for "a", found the end`},
		{`X-OCCI-Attribute: a=1, b=2, c=,`, `X-OCCI-Attribute[3], column 3: expected a value for "c", found ","`},
		{`X-OCCI-Attribute: a=1; b=2`, `X-OCCI-Attribute[1], column 6: expected "," or the end, found "b"`},
		{`X-OCCI-Attribute: a=1 b=2`, `X-OCCI-Attribute[1], column 4: a value with blanks needs quotes`},
		{`X-OCCI-Attribute: a=b"c"`, `X-OCCI-Attribute[1], column 4: expected a quoted string, found "\""`},
		{`X-OCCI-Attribute: a="b`, `X-OCCI-Attribute[1], column 3: the string that begins here has no closing quote`},
		{`X-OCCI-Attribute: a="b\"`, `X-OCCI-Attribute[1], column 3: the string that begins here has no closing quote`},
		{`X-OCCI-Attribute: a="b"c"`, `X-OCCI-Attribute[1], column 6: found "c\"" behind a closing quote; inside a string a quote is written \"`},
		{"X-OCCI-Attribute: a=\"b\x00c\"", `X-OCCI-Attribute[1], column 5: the string has a control character`},
		{"X-OCCI-Attribute: a=\"b\rc\"", `X-OCCI-Attribute[1], column 5: the string has a control character`},
		{"X-OCCI-Attribute: a=b\u0085c", `X-OCCI-Attribute[1], column 4: expected a quoted string, found "\u0085"`},
		{`X-OCCI-Attribute: a="\x00"`, `X-OCCI-Attribute[1], column 3: the string's escapes give a control character`},
		{`X-OCCI-Attribute: a="\e[1m"`, `X-OCCI-Attribute[1], column 3: the string's escapes give a control character`},
		{`X-OCCI-Attribute: a="\xC4"`, `X-OCCI-Attribute[1], column 3: the string's escapes give no valid UTF-8`},
		{`X-OCCI-Attribute: a="\uD800"`, `X-OCCI-Attribute[1], column 3: the string's escapes give no valid UTF-8`},
		{`Link: /n/1; rel="a#b"`, `Link[1], column 1: expected "<", found "/"`},
		{`Link: </n/1; rel="a#b"`, `Link[1], column 2: expected ">" behind the reference`},
		{`Link: <>; rel="a#b"`, `Link[1], column 2: the URL is empty`},
		{`Link: </n 1>; rel="a#b"`, `Link[1], column 4: a URL cannot have the character " "`},
		{`Link: </n/1>`, `Link[1], column 1: the link has no type: expected rel="…#…"`},
		{`Link: </n/1>; rel=""`, `Link[1], column 1: the link has no type: expected rel="…#…"`},
		{`Link: </n/1>; rel="next"`, `Link[1], column 13: "next" is no type identifier: want scheme#term`},
		{`Link: </n/1>; rel="a#b"; rel="a#c"`, `Link[1], column 24: "rel" is given twice`},
		{`Link: </n/1>; rel="a#b"; self=`, `Link[1], column 25: expected a value for "self", found the end`},
		{`Link: </n/1>; rel="a#b"; self="/1"; self="/1"`, `Link[1], column 36: "self" is given twice`},
		{`Link: </n/1>; rel="a#b"; category="a#b"; category="a#b"`, `Link[1], column 45: "category" is given twice`},
		{`Link: </n/1>; rel="a#b"; a=b c`, `Link[1], column 23: a value with blanks needs quotes`},
		{`X-OCCI-Location: /a b`, `X-OCCI-Location[1], column 3: a URL cannot have the character " "`},
		{`X-OCCI-Location: /a, <b>`, `X-OCCI-Location[2], column 1: a URL cannot have the character "<"`},
	} {
		m, err := occi.Parse(occi.TextPlain, nil, []byte(c.body), occi.Limits{})
		if err == nil {
			t.Errorf("%q: got %+v, want the error %s", c.body, m, c.want)
			continue
		}
		if m != nil || occi.CodeOf(err) != occi.Invalid || err.Error() != c.want {
			t.Errorf("%q:\n got %v, %v\nwant nil, %s", c.body, m, err, c.want)
		}
	}
}

// TestParsePlace checks that joined, repeated and folded fields give the same place.
func TestParsePlace(t *testing.T) {
	t.Parallel()
	const want = `X-OCCI-Attribute[2], column 3: expected a value for "b", found the end`
	for _, body := range []string{
		"X-OCCI-Attribute: a=1, b=",
		"X-OCCI-Attribute: a=1\nX-OCCI-Attribute: b=",
		"X-OCCI-Attribute: a=1,\n  b=",
	} {
		_, err := occi.Parse(occi.TextPlain, nil, []byte(body), occi.Limits{})
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", body, err, want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	attribute, link, location := "a=1", `</n>; rel="a#b"; c=1`, "/x"
	for _, c := range []struct {
		name   string
		header http.Header
		limits occi.Limits
		want   occi.Code // 0 for success
	}{
		{"categories fit", http.Header{"Category": repeat(`a; scheme="b#"`, 2)}, occi.Limits{Categories: 2}, 0},
		{"categories", http.Header{"Category": repeat(`a; scheme="b#"`, 3)}, occi.Limits{Categories: 2}, occi.Invalid},
		{"default categories fit", http.Header{"Category": repeat(`a; scheme="b#"`, 256)}, occi.Limits{}, 0},
		{"default categories", http.Header{"Category": repeat(`a; scheme="b#"`, 257)}, occi.Limits{}, occi.Invalid},
		{"attributes fit", http.Header{"X-Occi-Attribute": repeat(attribute, 1024)}, occi.Limits{}, 0},
		{"attributes", http.Header{"X-Occi-Attribute": repeat(attribute, 1025)}, occi.Limits{}, occi.Invalid},
		{"attributes of links fit", http.Header{"X-Occi-Attribute": repeat(attribute, 1), "Link": repeat(link, 2)}, occi.Limits{Attributes: 3}, 0},
		{"attributes of links", http.Header{"X-Occi-Attribute": repeat(attribute, 1), "Link": repeat(link, 2)}, occi.Limits{Attributes: 2}, occi.Invalid},
		{"links fit", http.Header{"Link": repeat(link, 128)}, occi.Limits{}, 0},
		{"links", http.Header{"Link": repeat(link, 129)}, occi.Limits{}, occi.Invalid},
		{"locations fit", http.Header{"X-Occi-Location": repeat(location, 4096)}, occi.Limits{}, 0},
		{"locations", http.Header{"X-Occi-Location": repeat(location, 4097)}, occi.Limits{}, occi.Invalid},
		{"header fits", http.Header{"X-Occi-Location": repeat(location, 5)}, occi.Limits{HeaderBytes: 13}, 0},
		{"header", http.Header{"X-Occi-Location": repeat(location, 5)}, occi.Limits{HeaderBytes: 12}, occi.TooLarge},
		{"foreign fields are not counted", http.Header{"X-Other": repeat(location, 5)}, occi.Limits{HeaderBytes: 1}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := occi.Parse(occi.TextOCCI, c.header, nil, c.limits)
			if (m == nil) == (err == nil) || err != nil && occi.CodeOf(err) != c.want || err == nil && c.want != 0 {
				t.Errorf("got %v, %v, want code %d", m != nil, err, c.want)
			}
		})
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	for _, f := range []occi.Format{occi.TextPlain, occi.URIList} {
		for size, want := range map[int]bool{112 << 10: true, 112<<10 + 1: false} {
			_, err := occi.Parse(f, nil, []byte(strings.Repeat("\n", size)), occi.Limits{})
			if (err == nil) != want || err != nil && occi.CodeOf(err) != occi.TooLarge {
				t.Errorf("%s, %d bytes: got %v, want success %t", f, size, err, want)
			}
		}
	}
	if _, err := occi.Parse(occi.URIList, nil, []byte("/a\n/b\n/c"), occi.Limits{Locations: 2}); occi.CodeOf(err) != occi.Invalid {
		t.Errorf("three URLs with a limit of two: got %v, want Invalid", err)
	}
}

// TestOtherPartIgnored checks that the media type alone decides where a message is.
func TestOtherPartIgnored(t *testing.T) {
	t.Parallel()
	header := http.Header{"X-Occi-Attribute": {"a=1"}, "Location": {"/a"}}
	body := []byte("X-OCCI-Attribute: b=1")
	for f, want := range map[occi.Format]string{occi.TextPlain: "b", occi.TextOCCI: "a"} {
		m, err := occi.Parse(f, header, body, occi.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Attributes) != 1 || m.Attributes[0].Name != want || len(m.Locations) != 0 {
			t.Errorf("%s: got %+v, want the attribute %s alone", f, m, want)
		}
	}
	if _, err := occi.Parse(occi.TextOCCI, header, make([]byte, 1<<20), occi.Limits{}); err != nil {
		t.Errorf("a large body that is not read: %v", err)
	}
	if _, err := occi.Parse(0, header, body, occi.Limits{}); occi.CodeOf(err) != occi.UnsupportedMedia {
		t.Errorf("no format: got %v, want UnsupportedMedia", err)
	}
}

// repeat returns two header values with n items together, so that both joined and repeated items are counted.
func repeat(item string, n int) []string {
	if n == 1 {
		return []string{item}
	}
	return []string{item, strings.TrimSuffix(strings.Repeat(item+",", n-1), ",")}
}
