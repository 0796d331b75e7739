package facade_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// The dialogues in testdata are what clients sent when they were recorded, byte for byte but for names, tokens
// and lengths, and what they need from the answers. A section "request" is followed by a section "needs" of lines
//
//	status 300 Multiple Choices
//	header NAME = VALUE
//	json a.0.b = VALUE
//
// where "-> NAME" in place of "= VALUE" keeps what is there for {NAME} in what follows.

// partner is where a dialogue goes to.
type partner struct {
	dial func() (net.Conn, error)
	vars map[string]string // {scheme}, {host}, {user}, {password}, …
}

// holdDialogue holds the dialogue in a file of testdata.
func holdDialogue(t *testing.T, file string, p partner) {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", file+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Files) == 0 || len(archive.Files)%2 != 0 {
		t.Fatalf("%s: %d sections, want requests and needs in turn", file, len(archive.Files))
	}
	for i := 0; i < len(archive.Files); i += 2 {
		request, needs := archive.Files[i], archive.Files[i+1]
		if request.Name != "request" || needs.Name != "needs" {
			t.Fatalf("%s: sections %q and %q, want a request and its needs", file, request.Name, needs.Name)
		}
		line, _, _ := strings.Cut(string(request.Data), "\n")
		p.step(t, fmt.Sprintf("%s, step %d, %s", file, i/2+1, line), string(request.Data), string(needs.Data))
	}
}

// step sends a request and checks what the client needs.
func (p partner) step(t *testing.T, name, request, needs string) {
	t.Helper()
	status, header, body := p.exchange(t, name, p.fill(t, strings.TrimRight(request, "\n")))
	for line := range strings.Lines(strings.TrimSpace(needs)) {
		subject, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if subject == "status" {
			if status != rest {
				t.Fatalf("%s: got status %q %s, want %q", name, status, body, rest)
			}
			continue
		}
		key, rest, _ := strings.Cut(rest, " ")
		relation, value, _ := strings.Cut(rest, " ")
		var got string
		switch subject {
		case "header":
			got = strings.Join(header.Values(key), ", ")
		case "json":
			got = lookUp(t, name, body, key)
		default:
			t.Fatalf("%s: %q is nothing that can be needed", name, line)
		}
		switch relation {
		case "=":
			if want := p.fill(t, value); got != want {
				t.Fatalf("%s: got %s %q, want %q", name, key, got, want)
			}
		case "->":
			if got == "" {
				t.Fatalf("%s: there is no %s in %v %s", name, key, header, body)
			}
			p.vars[value] = got
		default:
			t.Fatalf("%s: %q has neither = nor ->", name, line)
		}
	}
}

// fill puts the values of {names} into text; only what is between braces without quotes is a name.
func (p partner) fill(t *testing.T, text string) string {
	t.Helper()
	for name, value := range p.vars {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// exchange sends the bytes of a request over a connection of its own.
func (p partner) exchange(t *testing.T, name, request string) (status string, header http.Header, body []byte) {
	t.Helper()
	head, payload, _ := strings.Cut(request, "\n\n")
	head = strings.ReplaceAll(head, "{length}", strconv.Itoa(len(payload)))
	conn, err := p.dial()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"+payload); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	method, _, _ := strings.Cut(request, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return response.Status, response.Header, body
}

// lookUp finds what a path such as "tenants.0.name" leads to, "" for nothing.
func lookUp(t *testing.T, name string, body []byte, path string) string {
	t.Helper()
	var at any
	if err := json.Unmarshal(body, &at); err != nil {
		t.Fatalf("%s: %v in %q", name, err, body)
	}
	for key := range strings.SplitSeq(path, ".") {
		switch node := at.(type) {
		case map[string]any:
			at = node[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(node) {
				return ""
			}
			at = node[i]
		}
	}
	if at == nil {
		return ""
	}
	return fmt.Sprint(at)
}
