package occi_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/occigate/occigate/occi"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// golden is a file of sections. Its comment is prose, but for lines "key: value", which direct the test.
type golden struct {
	path    string
	archive *txtar.Archive
}

func readGolden(tb testing.TB, path string) golden {
	tb.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return golden{path, archive}
}

func goldenFiles(tb testing.TB, pattern string) []golden {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no golden files %q: %v", pattern, err)
	}
	var files []golden
	for _, path := range paths {
		files = append(files, readGolden(tb, path))
	}
	return files
}

func (g golden) name() string { return strings.TrimSuffix(filepath.Base(g.path), ".txtar") }

// directive returns the value of the key in the comment, or "".
func (g golden) directive(key string) string {
	for line := range strings.Lines(string(g.archive.Comment)) {
		if name, value, ok := strings.Cut(line, ": "); ok && name == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (g golden) section(name string) (string, bool) {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

// check compares the sections but the request with what the test got, or rewrites the file.
func (g golden) check(t *testing.T, got []txtar.File) {
	t.Helper()
	if request, ok := g.section("request"); ok {
		got = append([]txtar.File{{Name: "request", Data: []byte(request)}}, got...)
	}
	want := string(txtar.Format(g.archive))
	made := string(txtar.Format(&txtar.Archive{Comment: g.archive.Comment, Files: got}))
	if *update {
		if err := os.WriteFile(g.path, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("%s (-want +got):\n%s", g.path, diff)
	}
}

// goldenRequest reads the section "request": header lines, an empty line, a body. In the file ␍ stands for CR; the
// directive "charset: iso-8859-1" gives the encoding on the wire, and a body does not end in a line end unless the
// directive "ends: LF" says so.
func goldenRequest(tb testing.TB, g golden) (http.Header, []byte) {
	tb.Helper()
	request, ok := g.section("request")
	if !ok {
		tb.Fatalf("%s has no request", g.path)
	}
	if g.directive("ends") != "LF" {
		request = strings.TrimSuffix(request, "\n")
	}
	request = strings.ReplaceAll(request, "␍", "\r")
	if g.directive("charset") == "iso-8859-1" {
		request = toLatin1(request)
	}
	head, body, _ := strings.Cut(request, "\n\n")
	_, fields, _ := strings.Cut(head, "\n") // behind the request line
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(fields + "\n\n"))).ReadMIMEHeader()
	if err != nil {
		tb.Fatalf("%s: %v", g.path, err)
	}
	return http.Header(header), []byte(body)
}

func toLatin1(s string) string {
	var b bytes.Buffer
	for _, r := range s {
		b.WriteByte(byte(r))
	}
	return b.String()
}

// TestGoldenRequests reads requests as clients send them. The directive "bind" says which operation the message is for.
func TestGoldenRequests(t *testing.T) {
	t.Parallel()
	for _, g := range goldenFiles(t, "request-*.txtar") {
		t.Run(g.name(), func(t *testing.T) {
			t.Parallel()
			header, body := goldenRequest(t, g)
			format, err := occi.RequestFormat(header.Get("Content-Type"), header)
			if err != nil {
				g.check(t, errorSection(t, err))
				return
			}
			m, err := occi.Parse(format, header, body, occi.Limits{})
			if err != nil {
				g.check(t, errorSection(t, err))
				return
			}
			got := []txtar.File{{Name: "message in " + format.String(), Data: []byte(messageText(m))}}
			for i := range m.Members {
				got = append(got, txtar.File{Name: fmt.Sprintf("resource %d", i), Data: []byte(messageText(&m.Members[i]))})
			}
			g.check(t, append(got, boundSections(t, g.directive("bind"), m)...))
		})
	}
}

// boundSections binds the message and renders what it means.
func boundSections(t *testing.T, operation string, m *occi.Message) []txtar.File {
	t.Helper()
	model := exampleModel()
	switch operation {
	case "entity":
		e, err := m.BindEntity(model, exampleURLs)
		if err != nil {
			return errorSection(t, err)
		}
		nameEntity(e)
		return entitySections(t, e)
	case "entities":
		return boundEntities(t, m)
	case "change of compute":
		change, err := m.BindChange(model, exampleURLs, model.Kind(occi.ComputeID))
		if err != nil {
			return errorSection(t, err)
		}
		nameEntity(&change.Entity)
		return entitySections(t, &change.Entity)
	case "nothing":
		return nil
	}
	term, ok := strings.CutPrefix(operation, "action ")
	if !ok {
		t.Fatalf("unknown operation %q", operation)
	}
	invocation, err := m.BindAction(model, term)
	if err != nil {
		return errorSection(t, err)
	}
	text := invocation.Action.String() + "\n"
	for _, p := range invocation.Attributes {
		text += pairText(p) + "\n"
	}
	return []txtar.File{{Name: "invocation", Data: []byte(text)}}
}

// boundEntities binds a collection and renders it as one.
func boundEntities(t *testing.T, m *occi.Message) []txtar.File {
	t.Helper()
	bound, err := m.BindEntities(exampleModel(), exampleURLs)
	if err != nil {
		return errorSection(t, err)
	}
	var entities []occi.Entity
	for i, e := range bound {
		nameEntity(e)
		e.ID += fmt.Sprintf("-%d", i)
		entities = append(entities, *e)
	}
	rendering, err := occi.Renderer{Format: occi.JSON, URLs: exampleURLs}.Entities(entities)
	if err != nil {
		return errorSection(t, err)
	}
	return []txtar.File{renderingSection(t, occi.JSON, rendering)}
}

// nameEntity gives the entity and its links ids, as a provider does.
func nameEntity(e *occi.Entity) {
	e.ID = "0a5e1f2c"
	for i := range e.Links {
		e.Links[i].ID = fmt.Sprintf("0a5e1f2c_%d", i+1)
	}
}

// entitySections renders the entity in text and JSON.
func entitySections(t *testing.T, e *occi.Entity) []txtar.File {
	t.Helper()
	var files []txtar.File
	for _, f := range []occi.Format{occi.TextPlain, occi.TextOCCI, occi.JSON} {
		rendering, err := occi.Renderer{Format: f, URLs: exampleURLs}.Entity(e)
		if err != nil {
			return append(files, errorSection(t, err)...)
		}
		files = append(files, renderingSection(t, f, rendering))
	}
	return files
}

// renderingSection shows JSON with line breaks, which it does not have on the wire.
func renderingSection(t *testing.T, f occi.Format, r occi.Rendering) txtar.File {
	t.Helper()
	if f == occi.JSON {
		var compact, indented bytes.Buffer
		if err := json.Compact(&compact, r.Body); err != nil || compact.String() != string(r.Body) {
			t.Errorf("%s has blanks or is no JSON: %v", r.Body, err)
		}
		if err := json.Indent(&indented, r.Body, "", "  "); err != nil {
			t.Error(err)
		}
		r.Body = indented.Bytes()
	}
	return txtar.File{Name: f.String(), Data: []byte(renderingText(r))}
}

// renderingText writes a rendering as it goes over the wire, ␄ marking its end.
func renderingText(r occi.Rendering) string {
	var b strings.Builder
	for _, f := range r.Header {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	fmt.Fprintf(&b, "\n%s␄\n", r.Body)
	return b.String()
}

func errorSection(t *testing.T, err error) []txtar.File {
	t.Helper()
	e, ok := errors.AsType[*occi.Error](err)
	if !ok {
		t.Fatalf("%v is no *occi.Error", err)
	}
	return []txtar.File{{Name: "error", Data: fmt.Appendf(nil, "%s: %s\n", codeNames[e.Code], e.Message)}}
}

var codeNames = map[occi.Code]string{
	occi.Invalid:          "invalid",
	occi.Forbidden:        "forbidden",
	occi.NotFound:         "not found",
	occi.NotAcceptable:    "not acceptable",
	occi.TooLarge:         "too large",
	occi.UnsupportedMedia: "unsupported media type",
	occi.Internal:         "internal",
}
