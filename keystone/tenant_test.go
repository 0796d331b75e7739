package keystone_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/occigate/occigate/keystone"
)

// Whatever the order, the time and the trouble: a session is always of the user whose credential it
// was, in the project that was asked for, and its token is for that project.
func TestTenantsDoNotMix(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.grant(t, "reader", "other")
	s.grant(t, "other", "demo")
	users := map[string][]string{}
	for _, user := range []string{"reader", "other"} {
		users[user] = []string{"Authorization " + basic(user+":demo-secret")}
		for _, project := range []string{"", "demo", "other"} {
			token, err := s.TokenFor(user, project, 10_000*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			users[user] = append(users[user], "X-Auth-Token "+token)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) {},
			"time passes": func(t *rapid.T) {
				s.advance(time.Duration(rapid.IntRange(1, 20).Draw(t, "seconds")) * time.Second)
			},
			"request": func(t *rapid.T) {
				user := rapid.SampledFrom([]string{"reader", "other"}).Draw(t, "user")
				project := rapid.SampledFrom([]string{"demo", "other"}).Draw(t, "project")
				header, value, _ := strings.Cut(rapid.SampledFrom(users[user]).Draw(t, "credential"), " ")
				r := request(header, value)
				if rapid.Bool().Draw(t, "by path") {
					r.Project = project
				} else {
					r = request(header, value, "X-Project-Name", project)
				}
				session, err := s.Session(t.Context(), r)
				if got, want := outcome(session, err), user+" in "+project; got != want {
					t.Fatalf("%s %.20q for %s: %s", header, value, project, got)
				}
				if rapid.Bool().Draw(t, "check token") {
					of := outcome(s.Session(t.Context(), request("X-Auth-Token", session.Token())))
					if of != user+" in "+project {
						t.Fatalf("the session's token is of %s, want %s in %s", of, user, project)
					}
				}
				if rapid.IntRange(0, 9).Draw(t, "invalidate") == 0 {
					session.Invalidate()
				}
			},
		})
	})
}

// BenchmarkSignedIn is what recognising a known caller costs each request, by credential.
func BenchmarkSignedIn(b *testing.B) {
	s := newSite(b, func(o *keystone.Options) { o.CacheTTL = time.Hour })
	for name, r := range map[string]keystone.Request{
		"token":                  request("X-Auth-Token", s.token(b, "demo", "demo")),
		"token and project":      in("demo", request("X-Auth-Token", s.token(b, "demo", ""))),
		"access token":           request("Authorization", "Bearer "+alice),
		"password":               request("Authorization", basic("demo:demo-secret")),
		"application credential": request("Authorization", basic(s.appcred(b, "demo", "demo", ""))),
	} {
		b.Run(name, func(b *testing.B) {
			s.session(b, r)
			_ = s.asked()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Session(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
			if asked := s.asked(); len(asked) > 0 {
				b.Fatalf("Keystone was asked: %q", asked)
			}
		})
	}
}

// A digest that left out a part, or ran two together, would make one caller of two.
func TestOutcomeDependsOnEveryPart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.grant(t, "reader", "other")
	token := s.token(t, "reader", "")
	seen := map[string]string{}
	for name, r := range map[string]keystone.Request{
		"header":       request("X-Auth-Token", token, "X-Project-Name", "demo"),
		"path":         in("demo", request("X-Auth-Token", token)),
		"other name":   request("X-Auth-Token", token, "X-Project-Name", "other"),
		"id":           request("X-Auth-Token", token, "X-Project-Id", s.projectID(t, "reader", "demo")),
		"domain id":    request("X-Auth-Token", token, "X-Project-Name", "demo", "X-Project-Domain-Id", "default"),
		"domain name":  request("X-Auth-Token", token, "X-Project-Name", "demo", "X-Project-Domain-Name", "Default"),
		"password":     request("Authorization", basic("reader:demo-secret"), "X-Project-Name", "demo"),
		"access token": request("Authorization", "Bearer "+alice),
	} {
		digest := s.session(t, r).TokenDigest()
		if before, twice := seen[digest]; twice {
			t.Errorf("%s and %s are one credential", name, before)
		}
		seen[digest] = name
		if again := s.session(t, r).TokenDigest(); again != digest {
			t.Errorf("%s: two digests of one credential", name)
		}
	}
	if other := newSite(t); fmt.Sprint(other.session(t, request("Authorization", "Bearer "+alice)).TokenDigest()) == s.session(t, request("Authorization", "Bearer "+alice)).TokenDigest() {
		t.Error("two clients agree on a digest, so it has no key of its own")
	}
}
