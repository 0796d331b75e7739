package occi_test

import (
	"net/http"
	"testing"

	"github.com/occigate/occigate/occi"
)

func TestRequestFormat(t *testing.T) {
	t.Parallel()
	occiFields := http.Header{"X-Occi-Attribute": {"a=1"}}
	for _, c := range []struct {
		contentType string
		header      http.Header
		want        occi.Format // 0 for UnsupportedMedia
	}{
		{"text/plain", nil, occi.TextPlain},
		{"text/occi", nil, occi.TextOCCI},
		{"text/uri-list", nil, occi.URIList},
		{"text/plain", occiFields, occi.TextPlain},
		{"Text/PLAIN; Charset=UTF-8", nil, occi.TextPlain},
		{" text/occi ;", nil, occi.TextOCCI},
		{"text/plain,text/occi", nil, occi.TextPlain}, // rOCCI, IM
		{"text/occi,text/plain;q=0.2", nil, occi.TextOCCI},
		{"", nil, occi.TextPlain},
		{"", http.Header{"X-Auth-Token": {"t"}}, occi.TextPlain},
		{"", occiFields, occi.TextOCCI},
		{"", http.Header{"Category": {"a"}}, occi.TextOCCI},
		{"", http.Header{"Link": {"a"}}, occi.TextOCCI},
		{"", http.Header{"X-Occi-Location": {"a"}}, occi.TextOCCI},
		{";", occiFields, occi.TextOCCI},
		{"text/occi+plain", nil, occi.OCCIPlain},
		{"application/occi+json; charset=utf-8", occiFields, occi.JSON},
		{"Application/JSON", nil, occi.GenericJSON},
		{"application/json,application/occi+json", nil, occi.GenericJSON},
		{"text/html", nil, 0},
		{"application/x-www-form-urlencoded", nil, 0},
		{"application/xml", occiFields, 0},
		{"text/json", nil, 0},
		{"text", nil, 0},
	} {
		got, err := occi.RequestFormat(c.contentType, c.header)
		if got != c.want || (err == nil) != (c.want != 0) || err != nil && occi.CodeOf(err) != occi.UnsupportedMedia {
			t.Errorf("RequestFormat(%q, %v): got %v, %v, want %v", c.contentType, c.header, got, err, c.want)
		}
	}
}

func TestAnswerFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		accept []string
		want   occi.Format // 0 for NotAcceptable
	}{
		{nil, occi.TextPlain},
		{[]string{""}, occi.TextPlain},
		{[]string{"*/*"}, occi.TextPlain},
		{[]string{"text/*"}, occi.TextPlain},
		{[]string{"text/plain"}, occi.TextPlain},
		{[]string{"text/occi"}, occi.TextOCCI},
		{[]string{"TEXT/OCCI"}, occi.TextOCCI},
		{[]string{"text/uri-list"}, occi.URIList},
		{[]string{"text/plain,text/occi"}, occi.TextPlain}, // rOCCI
		{[]string{"text/plain,text/occi;q=0.2"}, occi.TextPlain},
		{[]string{"text/occi,text/plain"}, occi.TextPlain}, // a tie: ours first
		{[]string{"text/occi", "text/plain"}, occi.TextPlain},
		{[]string{"text/uri-list", "text/occi"}, occi.TextOCCI},
		{[]string{"text/plain;q=0.5, text/occi"}, occi.TextOCCI},
		{[]string{"text/plain; q=0.5", "text/occi; q=0.6"}, occi.TextOCCI},
		{[]string{"text/plain;charset=utf-8;q=0.5, text/occi;q=0.1"}, occi.TextPlain},
		{[]string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, occi.TextPlain}, // browsers
		{[]string{"text/uri-list, */*;q=0.1"}, occi.URIList},
		{[]string{"text/plain;q=0, */*"}, occi.OCCIPlain},
		{[]string{"text/*, text/plain;q=0, text/occi+plain;q=0, text/occi;q=0"}, occi.URIList},
		{[]string{"text/*;q=0.3, text/occi;q=0.2, text/occi+plain;q=1, application/*;q=0.1"}, occi.OCCIPlain},
		{[]string{"text/*;q=0.3, text/plain;q=0.2, */*;q=0.1"}, occi.OCCIPlain}, // the more specific range counts
		{[]string{"text/*;q=0.3, */*;q=1"}, occi.JSON},
		{[]string{"text/occi+plain"}, occi.OCCIPlain},
		{[]string{"text/occi+plain, text/plain"}, occi.TextPlain},
		{[]string{"text/occi, text/occi+plain"}, occi.OCCIPlain}, // which has no limit
		{[]string{"application/occi+json"}, occi.JSON},
		{[]string{"application/json"}, occi.GenericJSON},
		{[]string{"application/*"}, occi.JSON},
		{[]string{"application/json, application/occi+json"}, occi.JSON},
		{[]string{"application/json, application/occi+json;q=0.9"}, occi.GenericJSON},
		{[]string{"application/json, */*;q=0.5"}, occi.GenericJSON},
		{[]string{"application/json, */*"}, occi.TextPlain},
		{[]string{"application/occi+json, text/plain"}, occi.TextPlain},
		{[]string{"application/occi+json, text/plain;q=0.9"}, occi.JSON},
		{[]string{"text/uri-list, application/occi+json"}, occi.JSON},
		{[]string{"text/plain;Q=0, text/occi;q=0.001"}, occi.TextOCCI},
		{[]string{"text/plain;q=0"}, 0},
		{[]string{"*/*;q=0"}, 0},
		{[]string{"application/xml"}, 0},
		{[]string{"image/*, text/html"}, 0},
		{[]string{"application/occi+json, text/html"}, occi.JSON},
		{[]string{"garbage, text/occi"}, occi.TextOCCI},
		{[]string{"*/plain, text/occi"}, occi.TextOCCI},
		{[]string{"text/plain;q=high, text/occi;q=0.1"}, occi.TextOCCI},
		{[]string{"text/plain;q=, text/occi;q=0.1"}, occi.TextOCCI},
		{[]string{"text/plain;q=2, text/occi;q=0.1"}, occi.TextOCCI},
		{[]string{"text/plain;q=-1, text/occi;q=0.1"}, occi.TextOCCI},
		{[]string{"text/plain;q=1e-9, text/occi;q=0.1"}, occi.TextOCCI},
		{[]string{"garbage"}, occi.TextPlain},
		{[]string{", ,"}, occi.TextPlain},
		{[]string{"text/"}, occi.TextPlain},
	} {
		got, err := occi.AnswerFormat(c.accept)
		if got != c.want || (err == nil) != (c.want != 0) || err != nil && occi.CodeOf(err) != occi.NotAcceptable {
			t.Errorf("AnswerFormat(%q): got %v, %v, want %v", c.accept, got, err, c.want)
		}
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	for f, want := range map[occi.Format]string{
		occi.TextPlain:   "text/plain; charset=utf-8",
		occi.OCCIPlain:   "text/occi+plain; charset=utf-8",
		occi.TextOCCI:    "text/occi",
		occi.URIList:     "text/uri-list",
		occi.JSON:        "application/occi+json",
		occi.GenericJSON: "application/json",
		0:                "",
	} {
		if got := f.ContentType(); got != want {
			t.Errorf("%d: got %q, want %q", f, got, want)
		}
	}
}
