package facade

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"unicode/utf8"

	"github.com/occigate/occigate/keystone"
)

// login is the body of POST /v2.0/tokens. Identity API v2.0: "Authenticate".
type login struct {
	Password *struct {
		Username string `json:"username"`
		UserID   string `json:"userId"`
		Password string `json:"password"`
	} `json:"passwordCredentials"`
	Token *struct {
		ID string `json:"id"`
	} `json:"token"`
	VOMS       bool   `json:"voms"`
	TenantName string `json:"tenantName"`
	TenantID   string `json:"tenantId"`
}

// parseLogin reads a login. JSON that is no UTF-8 is taken for ISO-8859-1, which jOCCI sends.
func parseLogin(c *call) (*login, error) {
	if kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); c.Header.Get("Content-Type") != "" &&
		(err != nil || kind != "application/json") {
		return nil, malformed("Expecting to find application/json in Content-Type header.")
	}
	body := c.body
	if !utf8.Valid(body) {
		body = fromLatin1(body)
	}
	var request struct {
		Auth *login `json:"auth"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, malformed("Expecting to find valid JSON in request body.")
	}
	l := request.Auth
	switch {
	case l == nil:
		return nil, malformed("Expecting to find auth in request body.")
	case l.Password != nil && l.Password.Username == "" && l.Password.UserID == "":
		return nil, malformed("Expecting to find username or userId in passwordCredentials.")
	case l.Token != nil && !isToken(l.Token.ID):
		return nil, unauthorized()
	case l.Password == nil && l.Token == nil && !l.VOMS:
		return nil, malformed("Expecting to find passwordCredentials or token in auth.")
	}
	return l, nil
}

func fromLatin1(b []byte) []byte {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return []byte(string(runes))
}

// isToken reports whether s can be sent to Keystone as a token.
func isToken(s string) bool {
	const most = 8 << 10
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return s != "" && len(s) <= most
}

// signIn answers POST /v2.0/tokens.
func (f *Facade) signIn(c *call) (*answer, error) {
	l, err := parseLogin(c)
	if err != nil {
		return nil, err
	}
	t, err := f.tokenFor(c, l)
	if err != nil {
		return nil, err
	}
	doc, err := parseToken(t.Document)
	if err != nil {
		return nil, garbage(err)
	}
	return &answer{status: http.StatusOK, body: object{"access": doc.access(t.ID)}}, nil
}

// tokenFor gets the token that a login asks for.
func (f *Facade) tokenFor(c *call, l *login) (Token, error) {
	if p := l.Password; p != nil {
		user := object{"password": p.Password, "name": p.Username, "domain": object{"id": f.options.Domain}}
		if p.UserID != "" {
			user = object{"password": p.Password, "id": p.UserID}
		}
		return f.issue(c, object{"methods": []string{"password"}, "password": object{"user": user}}, f.scope(l))
	}
	if l.Token != nil {
		return f.rescope(c, keystone.NewSecret(l.Token.ID), l)
	}
	t, err := f.signInVOMS(c)
	if err != nil || l.TenantID == "" && l.TenantName == "" {
		return t, err
	}
	return f.rescope(c, t.ID, l)
}

// scope is what a login wants to use, in v3's form.
func (f *Facade) scope(l *login) any {
	switch {
	case l.TenantID != "":
		return projectScope(object{"id": l.TenantID})
	case l.TenantName != "":
		return projectScope(object{"name": l.TenantName, "domain": object{"id": f.options.Domain}})
	}
	return "unscoped" // else Keystone would choose the user's default project
}

func projectScope(project object) object { return object{"project": project} }

// rescope exchanges a token for one of the scope that a login asks for. A tenant that is not in the one
// domain of v2.0 is looked for among the token's.
func (f *Facade) rescope(c *call, token keystone.Secret, l *login) (Token, error) {
	identity := object{"methods": []string{"token"}, "token": object{"id": token.Reveal()}}
	t, err := f.issue(c, identity, f.scope(l))
	if err == nil || l.TenantName == "" || l.TenantID != "" || faultOf(err).status != http.StatusUnauthorized {
		return t, err
	}
	projects, listErr := f.projects(c, token)
	if listErr != nil {
		return Token{}, listErr
	}
	for _, p := range f.tenantsOf(projects) {
		if p.Name == l.TenantName && p.DomainID != f.options.Domain {
			return f.issue(c, identity, projectScope(object{"id": p.ID}))
		}
	}
	return Token{}, err
}

// issue asks Keystone for a token. Identity API v3: POST /v3/auth/tokens.
func (f *Facade) issue(c *call, identity object, scope any) (Token, error) {
	body, err := json.Marshal(object{"auth": object{"identity": identity, "scope": scope}})
	if err != nil {
		return Token{}, err
	}
	header := acceptJSON()
	header.Set("Content-Type", "application/json")
	a, err := f.options.Keystone.Send(c.Context(), http.MethodPost, "/v3/auth/tokens", header, body)
	if err != nil {
		return Token{}, err
	}
	id := a.Header.Get("X-Subject-Token")
	switch {
	case a.Status == http.StatusCreated && isToken(id):
		return Token{ID: keystone.NewSecret(id), Document: a.Body}, nil
	case a.Status == http.StatusCreated:
		return Token{}, garbage(fmt.Errorf("HTTP status %d without X-Subject-Token", a.Status))
	case a.Status == http.StatusNotFound && isError(a):
		return Token{}, unauthorized() // Keystone v3 knows no such token; v2.0 said 401
	}
	return Token{}, refused(a)
}
