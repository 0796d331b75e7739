package voms_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/voms"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "0123456789abcdef0123456789abcdef"

// now is the time of all tests.
var now = time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)

// keystoneFunc is a Keystone of one function.
type keystoneFunc func(method, path string, header http.Header, body []byte) (keystone.Answer, error)

func (f keystoneFunc) Send(_ context.Context, method, path string, header http.Header, body []byte) (keystone.Answer, error) {
	return f(method, path, header, body)
}

// verifier serves a function on a Unix socket and returns its path.
func verifier(t *testing.T, f http.HandlerFunc) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: f}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return socket
}

// saying is a verifier that says always the same.
func saying(t *testing.T, status int, body string) string {
	t.Helper()
	return verifier(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// verdict is what the verifier says of somebody.
func verdict(t *testing.T, dn string, fqans ...string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"dn": dn, "ca": "/DC=org/CN=Grid CA", "vo": "dteam", "fqans": fqans, "expires": now.Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func newClient(t *testing.T, socket string, k voms.Keystone) *voms.Client {
	t.Helper()
	c, err := voms.New(voms.Options{
		Keystone: k, Socket: socket, Secret: keystone.NewSecret(secret), Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// nobody is a Keystone that must not be asked.
func nobody(t *testing.T) voms.Keystone {
	t.Helper()
	return keystoneFunc(func(string, string, http.Header, []byte) (keystone.Answer, error) {
		t.Error("Keystone was asked")
		return keystone.Answer{}, errors.New("asked")
	})
}

func created() keystone.Answer {
	return keystone.Answer{
		Status: http.StatusCreated, Header: http.Header{"X-Subject-Token": {"t0ken"}}, Body: []byte(`{"token":{}}`),
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	socket := verifier(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/verify" || string(body) != "leafissuer" {
			t.Errorf("verifier: %s %s %q %v", r.Method, r.URL.Path, body, err)
		}
		_, _ = io.WriteString(w, verdict(t, "/DC=org/CN=Jane Doe", "/dteam", "/dteam/ops/Role=lcgadmin/Capability=NULL"))
	})
	c := newClient(t, socket, keystoneFunc(func(method, path string, header http.Header, body []byte) (keystone.Answer, error) {
		if method != http.MethodGet || path != "/v3/OS-FEDERATION/identity_providers/egi.eu/protocols/mapped/auth" || body != nil {
			t.Errorf("Keystone: %s %s %q", method, path, body)
		}
		want := http.Header{
			"Accept":    {"application/json"},
			"Vomsdn":    {"/DC=org/CN=Jane+Doe"},
			"Vomsca":    {"/DC=org/CN=Grid+CA"},
			"Vomsfqans": {"/dteam;/dteam/ops/Role=lcgadmin/Capability=NULL"},
			"Vomsfront": {secret},
		}
		if diff := cmp.Diff(want, header); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
		return created(), nil
	}))
	got, err := c.SignIn(t.Context(), [][]byte{[]byte("leaf"), []byte("issuer")})
	if err != nil || got.ID.Reveal() != "t0ken" || string(got.Document) != `{"token":{}}` {
		t.Errorf("SignIn = %q %s, %v", got.ID.Reveal(), got.Document, err)
	}
}

// TestNamesAreEncoded: whatever a name holds, Keystone takes it for one value and no field ends early.
func TestNamesAreEncoded(t *testing.T) {
	t.Parallel()
	for dn, want := range map[string]string{
		"/CN=Jane Doe":              "/CN=Jane+Doe",
		"/CN=a;/CN=b":               "/CN=a%3B/CN=b",
		"/CN=a+b":                   "/CN=a%2Bb",
		"/CN=100%":                  "/CN=100%25",
		"/CN=a\r\nVomsdn: /CN=b":    "/CN=a%0D%0AVomsdn%3A+/CN=b",
		`/CN=\xC3\x89va`:            `/CN=%5CxC3%5Cx89va`,
		"/CN=Éva":                   "/CN=%C3%89va",
		"/CN=host/www.example.org":  "/CN=host/www.example.org",
		"/CN=x/emailAddress=a@b.cd": "/CN=x/emailAddress=a@b.cd",
	} {
		t.Run(dn, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, saying(t, http.StatusOK, verdict(t, dn, "/dteam/Role=a;b")),
				keystoneFunc(func(_, _ string, header http.Header, _ []byte) (keystone.Answer, error) {
					if got := header.Get("Vomsdn"); got != want {
						t.Errorf("name %q, want %q", got, want)
					}
					if got := header.Get("Vomsfqans"); got != "/dteam/Role=a%3Bb" {
						t.Errorf("attributes %q", got)
					}
					return created(), nil
				}))
			if _, err := c.SignIn(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// wantError checks the kind of an error, and that the secret is not in it.
func wantError(t *testing.T, err error, kind keystone.Kind, text string) {
	t.Helper()
	e, ok := errors.AsType[*keystone.Error](err)
	if !ok || e.Kind != kind || !strings.Contains(e.Error(), text) {
		t.Errorf("error %v, want kind %q with %q", err, kind, text)
	}
	if strings.Contains(fmt.Sprint(err), secret) {
		t.Errorf("the secret is in the error %v", err)
	}
}

// TestVerifierSaysNo: nothing but a whole verdict gets anybody to Keystone.
func TestVerifierSaysNo(t *testing.T) {
	t.Parallel()
	whole := verdict(t, "/CN=Jane Doe", "/dteam")
	tests := map[string]struct {
		status int
		body   string
		kind   keystone.Kind
	}{
		"refused":            {http.StatusForbidden, `{"refused":"certificate chain: certificate has expired"}`, keystone.Rejected},
		"malformed":          {http.StatusBadRequest, `{"refused":"certificate chain: unreadable"}`, keystone.Rejected},
		"too large":          {http.StatusRequestEntityTooLarge, `{"refused":"certificate chain: too large"}`, keystone.Rejected},
		"refused with names": {http.StatusForbidden, whole, keystone.Rejected},
		"no verdict":         {http.StatusServiceUnavailable, `{"refused":"no verdict"}`, keystone.Unavailable},
		"no verdict, names":  {http.StatusServiceUnavailable, whole, keystone.Unavailable},
		"another status":     {http.StatusAccepted, whole, keystone.Unavailable},
		"no JSON":            {http.StatusOK, "yes", keystone.BadAnswer},
		"cut off":            {http.StatusOK, whole[:len(whole)-2], keystone.BadAnswer},
		"twice":              {http.StatusOK, whole + whole, keystone.BadAnswer},
		"empty":              {http.StatusOK, "", keystone.BadAnswer},
		"nobody":             {http.StatusOK, "{}", keystone.BadAnswer},
		"no attributes":      {http.StatusOK, verdict(t, "/CN=Jane Doe"), keystone.BadAnswer},
		"no name":            {http.StatusOK, verdict(t, "", "/dteam"), keystone.BadAnswer},
		"both":               {http.StatusOK, strings.Replace(whole, "{", `{"refused":"no",`, 1), keystone.BadAnswer},
		"endless":            {http.StatusOK, strings.Repeat(" ", 200<<10) + whole, keystone.BadAnswer},
		"of yesterday":       {http.StatusOK, strings.Replace(whole, "2026", "2025", 1), keystone.Rejected},
		"of no time":         {http.StatusOK, strings.Replace(whole, `"expires"`, `"ends"`, 1), keystone.Rejected},
		"a redirect":         {http.StatusFound, whole, keystone.Unavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, saying(t, test.status, test.body), nobody(t)).SignIn(t.Context(), nil)
			wantError(t, err, test.kind, "")
		})
	}
}

func TestVerifierIsAway(t *testing.T) {
	t.Parallel()
	t.Run("no socket", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, filepath.Join(t.TempDir(), "none"), nobody(t)).SignIn(t.Context(), nil)
		wantError(t, err, keystone.Unavailable, "voms-verifier")
	})
	t.Run("reset", func(t *testing.T) {
		t.Parallel()
		socket := verifier(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		_, err := newClient(t, socket, nobody(t)).SignIn(t.Context(), nil)
		wantError(t, err, keystone.Unavailable, "voms-verifier")
	})
	t.Run("time-out", func(t *testing.T) {
		t.Parallel()
		socket := verifier(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := newClient(t, socket, nobody(t)).SignIn(ctx, nil)
		wantError(t, err, keystone.Unavailable, "voms-verifier")
	})
}

// TestTooManyAttributes: what no header field can carry is refused here, not cut off somewhere.
func TestTooManyAttributes(t *testing.T) {
	t.Parallel()
	var fqans []string
	for i := range 400 {
		fqans = append(fqans, fmt.Sprintf("/dteam/group%d/Role=NULL", i))
	}
	_, err := newClient(t, saying(t, http.StatusOK, verdict(t, "/CN=Jane Doe", fqans...)), nobody(t)).SignIn(t.Context(), nil)
	wantError(t, err, keystone.Rejected, "voms-proxy-init")
}

func TestKeystoneSaysNo(t *testing.T) {
	t.Parallel()
	outage := &keystone.Error{Kind: keystone.Unavailable, Message: "away"}
	tests := map[string]struct {
		answer keystone.Answer
		err    error
		kind   keystone.Kind
	}{
		"no rule matches":    {keystone.Answer{Status: http.StatusUnauthorized}, nil, keystone.Rejected},
		"unknown secret":     {keystone.Answer{Status: http.StatusForbidden}, nil, keystone.BadAnswer},
		"unknown provider":   {keystone.Answer{Status: http.StatusNotFound}, nil, keystone.BadAnswer},
		"a sign-in page":     {keystone.Answer{Status: http.StatusFound}, nil, keystone.BadAnswer},
		"an error":           {keystone.Answer{Status: http.StatusInternalServerError}, nil, keystone.BadAnswer},
		"busy":               {keystone.Answer{Status: http.StatusServiceUnavailable}, nil, keystone.Unavailable},
		"too many":           {keystone.Answer{Status: http.StatusTooManyRequests}, nil, keystone.Unavailable},
		"a token without it": {keystone.Answer{Status: http.StatusCreated, Header: http.Header{}}, nil, keystone.BadAnswer},
		"away":               {keystone.Answer{}, outage, keystone.Unavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := keystoneFunc(func(string, string, http.Header, []byte) (keystone.Answer, error) { return test.answer, test.err })
			_, err := newClient(t, saying(t, http.StatusOK, verdict(t, "/CN=Jane Doe", "/dteam")), k).SignIn(t.Context(), nil)
			wantError(t, err, test.kind, "")
		})
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	good := voms.Options{Keystone: nobody(t), Socket: "/run/socket", Secret: keystone.NewSecret(secret)}
	tests := map[string]func(*voms.Options){
		"no Keystone":             func(o *voms.Options) { o.Keystone = nil },
		"no socket":               func(o *voms.Options) { o.Socket = "" },
		"no secret":               func(o *voms.Options) { o.Secret = keystone.Secret{} },
		"a short secret":          func(o *voms.Options) { o.Secret = keystone.NewSecret(secret[1:]) },
		"a long secret":           func(o *voms.Options) { o.Secret = keystone.NewSecret(strings.Repeat("x", 256)) },
		"a secret of two lines":   func(o *voms.Options) { o.Secret = keystone.NewSecret(secret + "\n" + secret) },
		"a secret with semicolon": func(o *voms.Options) { o.Secret = keystone.NewSecret(secret + ";") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good
			change(&o)
			_, err := voms.New(o)
			if err == nil || strings.Contains(err.Error(), secret[1:]) {
				t.Errorf("New: %v, want an error without the secret", err)
			}
		})
	}
	if _, err := voms.New(good); err != nil {
		t.Errorf("New: %v", err)
	}
}
