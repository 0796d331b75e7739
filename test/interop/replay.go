package interop

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// dialogues are the files of recorded dialogues.
func dialogues(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.dialogue")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	return files
}

// replay says a dialogue to the gateway; each step is a test. What a step makes, a later one deletes; what is left
// after a failure, the fixture does.
func replay(t *testing.T, target Target, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := parseDialogue(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	endpoint, err := url.Parse(target.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	newFixture(t, target)
	p := player{target: target, variables: map[string]string{
		"endpoint": target.Endpoint, "base": endpoint.Path, "token": target.Token,
	}}
	for _, s := range d.steps {
		done := t.Run(s.does, func(t *testing.T) {
			if err := p.play(t.Context(), d.header, s); err != nil {
				t.Errorf("%s:%d: %v", file, s.line, err)
			}
		})
		if !done {
			t.Fatal("the steps after it are left out")
		}
	}
}

// player has what a dialogue has learned.
type player struct {
	target    Target
	variables map[string]string
}

// play says a step until the answer is what the client waits for, and checks it.
func (p *player) play(ctx context.Context, header []string, s step) error {
	for deadline := time.Now().Add(p.target.Settle); ; time.Sleep(pollInterval) {
		a, err := p.say(ctx, header, s)
		if err != nil {
			return err
		}
		waiting, err := p.check(a, s.needs)
		if err == nil || !waiting || time.Now().After(deadline) {
			return err
		}
	}
}

// reply is the answer to a request.
type reply struct {
	status int
	header http.Header
	body   string
}

func (p *player) say(ctx context.Context, header []string, s step) (reply, error) {
	p.variables["uuid"] = uuid.NewString()
	if len(s.request) == 0 {
		return reply{}, fmt.Errorf("%q has no request", s.does)
	}
	method, path, _ := strings.Cut(p.expand(s.request[0]), " ")
	if !strings.HasPrefix(path, "http") {
		path = p.target.Endpoint + path
	}
	q, err := http.NewRequestWithContext(ctx, method, path, strings.NewReader(p.expand(strings.Join(s.body, "\n"))))
	if err != nil {
		return reply{}, err
	}
	for _, field := range slices.Concat(header, s.request[1:]) {
		name, value, _ := strings.Cut(field, ": ")
		q.Header[http.CanonicalHeaderKey(name)] = []string{p.expand(value)} // a step's own wins
	}
	response, err := http.DefaultClient.Do(q)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body)}, err
}

// check tells whether an answer has what is needed, and learns from it. Waiting says that what is missing may come.
func (p *player) check(a reply, needs []need) (waiting bool, err error) {
	for _, n := range needs {
		if err := p.meet(a, n); err != nil {
			return n.until, fmt.Errorf("want %s: %w; got %d\n%v\n%s", n.text, err, a.status, a.header, a.body)
		}
	}
	return false, nil
}

func (p *player) meet(a reply, n need) error {
	if n.statuses != nil {
		if !slices.Contains(n.statuses, a.status) {
			return fmt.Errorf("the status is %d", a.status)
		}
		return nil
	}
	expression, text := "(?m)"+p.expandPattern(n.pattern), a.body
	if n.header != "" {
		expression, text = "^(?:"+p.expandPattern(n.pattern)+")$", strings.Join(a.header.Values(n.header), "\n")
	}
	pattern, err := regexp.Compile(expression)
	if err != nil {
		return err
	}
	match := pattern.FindStringSubmatch(text)
	if (match == nil) != n.not {
		return fmt.Errorf("no: %s", expression)
	}
	for i, name := range pattern.SubexpNames() {
		if name != "" && match != nil {
			p.variables[name] = match[i]
		}
	}
	return nil
}

var variable = regexp.MustCompile(`\$\{[a-z_]+\}`)

// expand puts values in the place of variables; one that is not known stays as it is.
func (p *player) expand(text string) string {
	return variable.ReplaceAllStringFunc(text, func(found string) string {
		if value, known := p.variables[found[2:len(found)-1]]; known {
			return value
		}
		return found
	})
}

// expandPattern does the same in a regular expression, where values stand for themselves.
func (p *player) expandPattern(text string) string {
	quoted := maps.Clone(p.variables)
	for name, value := range quoted {
		quoted[name] = regexp.QuoteMeta(value)
	}
	return (&player{variables: quoted}).expand(text)
}
