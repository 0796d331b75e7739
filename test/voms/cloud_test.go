package voms_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cloud is a real Keystone as its administrator, with names of our own.
type cloud struct {
	keystone string // its root
	environ  []string
	token    string
	prefix   string // of all that we make
	secret   string
}

// requireCloud is the lab's Keystone; only `make lab-test` has one.
func requireCloud(t *testing.T) *cloud {
	t.Helper()
	requireTools(t)
	lab := os.Getenv("OPENSTACK_LAB")
	if os.Getenv("OCCIGATE_TEST_CLOUD") == "" || lab == "" {
		t.Skip("needs the lab's Keystone and its administrator: make lab-test")
	}
	text, err := os.ReadFile(filepath.Join(lab, "openrc-admin"))
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{prefix: "voms-" + strings.ToLower(rand.Text()[:8]) + "-", secret: rand.Text() + rand.Text(), environ: os.Environ()}
	settings := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if setting, found := strings.CutPrefix(strings.TrimSpace(line), "export "); found {
			name, value, _ := strings.Cut(setting, "=")
			settings[name] = value
			c.environ = append(c.environ, setting)
		}
	}
	c.keystone = strings.TrimSuffix(settings["OS_AUTH_URL"], "/v3")
	domain := map[string]string{"name": "Default"}
	header, _ := c.ask(t, http.MethodPost, "/v3/auth/tokens", object{"auth": object{
		"identity": object{"methods": []string{"password"}, "password": object{"user": object{
			"name": settings["OS_USERNAME"], "password": settings["OS_PASSWORD"], "domain": domain,
		}}},
		"scope": object{"project": object{"name": settings["OS_PROJECT_NAME"], "domain": domain}},
	}}, http.StatusCreated)
	c.token = header.Get("X-Subject-Token")
	return c
}

type object = map[string]any

// ask sends one request to Keystone and wants one of some statuses.
func (c *cloud) ask(t *testing.T, method, path string, body any, statuses ...int) (http.Header, object) {
	t.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, c.keystone+path, bytes.NewReader(text)) // also in a clean-up
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "X-Auth-Token": {c.token}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(statuses, response.StatusCode) {
		t.Fatalf("%s %s: %s %s, want %v", method, path, response.Status, answer, statuses)
	}
	var document object
	_ = json.Unmarshal(answer, &document) // some have none
	return response.Header, document
}

// Names of what register makes.
func (c *cloud) provider() string  { return c.prefix + "provider" }
func (c *cloud) project() string   { return c.prefix + "dteam" }
func (c *cloud) operators() string { return c.prefix + "dteam-ops" }

// register sets Keystone up as deploy/keystone-voms tells operators to, twice as it may be, and undoes it
// when the test ends. It returns the file with the secret.
func (c *cloud) register(t *testing.T) string {
	t.Helper()
	const deploy = "../../deploy/keystone-voms/"
	mapping, err := os.ReadFile(deploy + "mapping.json")
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	mappingFile, secretFile := filepath.Join(directory, "mapping.json"), filepath.Join(directory, "secret")
	write(t, mappingFile, strings.ReplaceAll(string(mapping), `"name": "dteam`, `"name": "`+c.project()))
	write(t, secretFile, c.secret+"\n")
	t.Cleanup(func() { c.forget(t) })
	for range 2 {
		register := exec.CommandContext(t.Context(), deploy+"register", secretFile, mappingFile,
			c.project()+"="+c.project(), c.operators()+"="+c.operators())
		register.Env = append(c.environ, "PROVIDER="+c.provider())
		if text, err := register.CombinedOutput(); err != nil {
			t.Fatalf("register: %v\n%s", err, text)
		}
	}
	return secretFile
}

// forget deletes all that register has made.
func (c *cloud) forget(t *testing.T) {
	t.Helper()
	federation := "/v3/OS-FEDERATION/"
	for _, path := range []string{
		federation + "identity_providers/" + c.provider() + "/protocols/mapped",
		federation + "mappings/" + c.provider() + "-voms",
		federation + "identity_providers/" + c.provider(),
	} {
		c.ask(t, http.MethodDelete, path, nil, http.StatusNoContent, http.StatusNotFound)
	}
	for _, kind := range []string{"group", "project"} {
		for _, name := range []string{c.project(), c.operators()} {
			_, found := c.ask(t, http.MethodGet, fmt.Sprintf("/v3/%ss?name=%s", kind, name), nil, http.StatusOK)
			for _, one := range found[kind+"s"].([]any) {
				c.ask(t, http.MethodDelete, fmt.Sprintf("/v3/%ss/%s", kind, one.(object)["id"]), nil, http.StatusNoContent)
			}
		}
	}
}

// assert asks Keystone to sign in by header fields, as whoever reaches its port can.
func (c *cloud) assert(t *testing.T, provider string, header map[string]string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		c.keystone+"/v3/OS-FEDERATION/identity_providers/"+provider+"/protocols/mapped/auth", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}
