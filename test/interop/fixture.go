package interop

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// fixture makes what a client takes for granted, and afterwards deletes it and whatever else the client has left
// behind. It speaks plain OCCI to the gateway.
type fixture struct {
	Target
	before []string // what there was, as URLs
}

const (
	infrastructure = "http://schemas.ogf.org/occi/infrastructure#"
	pollInterval   = 200 * time.Millisecond
)

func newFixture(t *testing.T, target Target) *fixture {
	t.Helper()
	f := &fixture{Target: target}
	f.before = f.list(t)
	t.Cleanup(func() { f.clean(t) })
	return f
}

// compute makes a compute, waits until it has the state, which is active or inactive, and returns its URL.
func (f *fixture) compute(t *testing.T, state string) string {
	t.Helper()
	url := f.create(t, "/compute/", "Category: compute; scheme=\""+infrastructure+"\"; class=\"kind\"\n"+
		f.template(t, "os_tpl")+f.template(t, "resource_tpl"))
	f.await(t, url, `occi.compute.state="active"`)
	if state == "inactive" {
		const stop = `Category: stop; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"; class="action"`
		f.ask(t, http.MethodPost, url+"?action=stop", stop, http.StatusOK)
		f.await(t, url, `occi.compute.state="inactive"`)
	}
	return url
}

// nextSecond makes what comes next younger than what there is: Nova tells ages in seconds, and lists go by age.
func (*fixture) nextSecond() {
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
}

// storage makes a storage, waits until it can be linked, and returns its URL.
func (f *fixture) storage(t *testing.T) string {
	t.Helper()
	url := f.create(t, "/storage/", "Category: storage; scheme=\""+infrastructure+"\"; class=\"kind\"\n"+
		"X-OCCI-Attribute: occi.storage.size=1")
	f.await(t, url, `occi.storage.state="online"`)
	return url
}

// template returns the first category line of the model that depends on a root.
func (f *fixture) template(t *testing.T, root string) string {
	t.Helper()
	for line := range strings.Lines(f.ask(t, http.MethodGet, f.Endpoint+"/-/", "", http.StatusOK)) {
		if strings.Contains(line, `rel="`+infrastructure+root+`"`) {
			return line
		}
	}
	t.Fatalf("the model has no %s", root)
	return ""
}

// title returns the title of the template that template returns.
func (f *fixture) title(t *testing.T, root string) string {
	t.Helper()
	_, rest, _ := strings.Cut(f.template(t, root), `title="`)
	title, _, _ := strings.Cut(rest, `"`)
	return title
}

// networkOf returns the id of the first network that a compute is linked to.
func (f *fixture) networkOf(t *testing.T, computeID string) string {
	t.Helper()
	_, rest, _ := strings.Cut(f.ask(t, http.MethodGet, f.Endpoint+"/compute/"+computeID, "", http.StatusOK), "/network/")
	id, _, _ := strings.Cut(rest, ">")
	return id
}

func (f *fixture) create(t *testing.T, path, body string) string {
	t.Helper()
	return strings.TrimPrefix(f.ask(t, http.MethodPost, f.Endpoint+path, body, http.StatusCreated), "X-OCCI-Location: ")
}

// await reads an entity until its rendering contains the text.
func (f *fixture) await(t *testing.T, url, text string) {
	t.Helper()
	f.until(t, "has "+text, func(t *testing.T) (bool, string) {
		t.Helper()
		rendering := f.ask(t, http.MethodGet, url, "", http.StatusOK)
		return strings.Contains(rendering, text), rendering
	})
}

// gone waits until there is no such entity.
func (f *fixture) gone(t *testing.T, url string) {
	t.Helper()
	f.until(t, "is gone", func(t *testing.T) (bool, string) {
		t.Helper()
		status, rendering := f.do(t, http.MethodGet, url, "")
		return status == http.StatusNotFound, rendering
	})
}

// until repeats a question until the answer is yes.
func (f *fixture) until(t *testing.T, what string, question func(*testing.T) (yes bool, detail string)) {
	t.Helper()
	for deadline := time.Now().Add(f.Settle); ; time.Sleep(pollInterval) {
		yes, detail := question(t)
		if yes {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %v nothing %s:\n%s", f.Settle, what, detail)
		}
	}
}

// kinds are in the order in which their entities can be deleted.
func kinds() []string {
	return []string{"/compute/", "/ipreservation/", "/securitygroup/", "/storage/", "/network/"}
}

func (f *fixture) list(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, kind := range kinds() {
		for line := range strings.Lines(f.ask(t, http.MethodGet, f.Endpoint+kind, "", http.StatusOK)) {
			all = append(all, strings.TrimSpace(strings.TrimPrefix(line, "X-OCCI-Location: ")))
		}
	}
	return all
}

// clean deletes what was not there before. What is still in use by what was deleted just now needs patience.
func (f *fixture) clean(t *testing.T) {
	t.Helper()
	f.until(t, "is as it was before", func(t *testing.T) (bool, string) {
		t.Helper()
		left := slices.DeleteFunc(f.list(t), func(url string) bool { return slices.Contains(f.before, url) })
		for _, url := range left {
			f.do(t, http.MethodDelete, url, "")
		}
		return len(left) == 0, strings.Join(left, "\n")
	})
}

// ask sends a request and insists on a status; the answer is the body.
func (f *fixture) ask(t *testing.T, method, url, body string, status int) string {
	t.Helper()
	got, answer := f.do(t, method, url, body)
	if got != status {
		t.Fatalf("%s %s: got status %d, want %d: %s", method, url, got, status, answer)
	}
	return answer
}

func (f *fixture) do(t *testing.T, method, url, body string) (status int, answer string) {
	t.Helper()
	// Cleaning up happens when t.Context has ended.
	q, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("X-Auth-Token", f.Token)
	q.Header.Set("Accept", "text/plain")
	if body != "" {
		q.Header.Set("Content-Type", "text/plain")
	}
	response, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}
