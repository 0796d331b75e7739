package signin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/test/openstacktest"
)

// object is a JSON object.
type object = map[string]any

// place is a cloud, with a user in one project and one in two.
type place struct {
	keystone string // without version
	one, two person
	foreign  string // project of neither
}

type person struct {
	name, password string
	projects       []string // names
}

// simulated is a place in memory.
func simulated(t *testing.T) place {
	t.Helper()
	cloud, err := openstacktest.Start(openstacktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	if err := cloud.Grant("reader", "other", "reader"); err != nil {
		t.Fatal(err)
	}
	return place{
		keystone: cloud.AuthURL(), foreign: "admin",
		one: person{"demo", "demo-secret", []string{"demo"}}, two: person{"reader", "demo-secret", []string{"demo", "other"}},
	}
}

// fromEnvironment is the place that the environment names. Its administrator makes the user in two projects.
func fromEnvironment(t *testing.T) place {
	t.Helper()
	password := os.Getenv("OCCIGATE_TEST_ADMIN_PASSWORD")
	if password == "" {
		t.Skip("OCCIGATE_TEST_ADMIN_PASSWORD is not set: no real cloud to sign in at")
	}
	p := place{
		keystone: strings.TrimSuffix(os.Getenv("OS_AUTH_URL"), "/v3"), foreign: "admin",
		one: person{os.Getenv("OS_USERNAME"), os.Getenv("OS_PASSWORD"), []string{os.Getenv("OS_PROJECT_NAME")}},
	}
	name := fmt.Sprintf("signin-%d", time.Now().UnixNano())
	admin, _ := p.token(t, person{"admin", password, nil}, "admin")
	create := func(path, kind string, body object) string {
		made := p.call(t, http.MethodPost, path, admin, object{kind: body}, http.StatusCreated)
		id := made[kind].(object)["id"].(string)
		t.Cleanup(func() { p.call(t, http.MethodDelete, path+"/"+id, admin, nil, http.StatusNoContent) })
		return id
	}
	project := create("/projects", "project", object{"name": name, "domain_id": "default"})
	user := create("/users", "user", object{"name": name, "password": "two-projects", "domain_id": "default"})
	role := p.find(t, admin, "/roles?name=reader", "roles")
	for _, in := range []string{project, p.find(t, admin, "/projects?name="+p.one.projects[0], "projects")} {
		p.call(t, http.MethodPut, "/projects/"+in+"/users/"+user+"/roles/"+role, admin, nil, http.StatusNoContent)
	}
	p.two = person{name, "two-projects", []string{p.one.projects[0], name}}
	return p
}

func (p place) find(t *testing.T, token, path, list string) string {
	t.Helper()
	found := p.call(t, http.MethodGet, path, token, nil, http.StatusOK)[list].([]any)
	if len(found) != 1 {
		t.Fatalf("%s: %d found, want 1", path, len(found))
	}
	return found[0].(object)["id"].(string)
}

// token logs a person in to a project, or to none for "", and returns the token and the user's id.
func (p place) token(t *testing.T, who person, project string) (token, userID string) {
	t.Helper()
	var scope any = "unscoped"
	if project != "" {
		scope = object{"project": object{"name": project, "domain": object{"id": "default"}}}
	}
	header, body := p.send(t, http.MethodPost, "/auth/tokens", "", object{"auth": object{
		"identity": object{"methods": []string{"password"}, "password": object{"user": object{
			"name": who.name, "password": who.password, "domain": object{"id": "default"},
		}}},
		"scope": scope,
	}}, http.StatusCreated)
	return header.Get("X-Subject-Token"), body["token"].(object)["user"].(object)["id"].(string)
}

// appcred makes an application credential of a person; a zero end is none.
func (p place) appcred(t *testing.T, who person, ends time.Time) (id, secret string) {
	t.Helper()
	token, user := p.token(t, who, who.projects[0])
	body := object{"name": fmt.Sprintf("signin-%d", time.Now().UnixNano())}
	if !ends.IsZero() {
		body["expires_at"] = ends.UTC().Format("2006-01-02T15:04:05.000000")
	}
	path := "/users/" + user + "/application_credentials"
	made := p.call(t, http.MethodPost, path, token, object{"application_credential": body}, http.StatusCreated)
	credential := made["application_credential"].(object)
	id = credential["id"].(string)
	t.Cleanup(func() { p.call(t, http.MethodDelete, path+"/"+id, token, nil, http.StatusNoContent) })
	return id, credential["secret"].(string)
}

func (p place) revoke(t *testing.T, token string) {
	t.Helper()
	p.call(t, http.MethodDelete, "/auth/tokens", token, nil, http.StatusNoContent)
}

func (p place) call(t *testing.T, method, path, token string, body any, status int) object {
	t.Helper()
	_, answer := p.send(t, method, path, token, body, status)
	return answer
}

// send sends one call to Keystone; with a token, that is its subject, too.
func (p place) send(t *testing.T, method, path, token string, body any, status int) (http.Header, object) {
	t.Helper()
	var payload io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		payload = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, p.keystone+"/v3"+path, payload) // also in clean-ups, after the test's context
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("X-Auth-Token", token)
	}
	if path == "/auth/tokens" && token != "" {
		r.Header.Set("X-Subject-Token", token)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	answer, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if a.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d: %s", method, path, a.StatusCode, status, answer)
	}
	var doc object
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &doc); err != nil {
			t.Fatal(err)
		}
	}
	return a.Header, doc
}
