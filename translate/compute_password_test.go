package translate

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// canary is a password that is to be seen nowhere.
const canary = "canary-Paß wort\U0001f511"

// passwordChange is an update that gives a compute's administrator a password.
func (b *bench) passwordChange(ref occi.Ref, password string, pairs ...string) *occi.Change {
	return b.change(ref, []*occi.Mixin{b.translator.base.Mixin(adminPasswordID)}, append(pairs, adminPassword, password)...)
}

// checkSecret insists that neither an entity nor an error, as clients and the log have it, has the password or its mixin.
func checkSecret(t *testing.T, e *occi.Entity, err error) {
	t.Helper()
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		if strings.Contains(fmt.Sprintf("%+v", cause), canary) {
			t.Errorf("the error has the password: %v", cause)
		}
	}
	if e == nil {
		return
	}
	if e.Mixin(adminPasswordID) != nil || !e.Attributes.Get(adminPassword).IsZero() || strings.Contains(fmt.Sprint(e.Attributes), canary) {
		t.Errorf("the password shows: %v", outline(*e))
	}
}

func TestPasswordIsChanged(t *testing.T) {
	t.Parallel()
	for name, full := range map[string]bool{"POST": false, "PUT": true} {
		b := newBench(t, openstacktest.Options{}, Options{})
		ref := b.compute(t, "title", "one")
		change := b.passwordChange(ref, canary, "title", "two")
		if full {
			now := b.read(t, ref)
			now.Title, now.Mixins = "two", append(now.Mixins, change.Mixins...)
			now.Attributes.SetText(adminPassword, canary)
			change = &occi.Change{Entity: *now, Full: true}
		}
		updated, err := b.cloud.Update(t.Context(), change)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s := b.Servers("demo")[0]; s.AdminPass != canary || s.Name != "two" || updated.Title != "two" {
			t.Errorf("%s: server %s with the password %q, want two with %q", name, s.Name, s.AdminPass, canary)
		}
		checkSecret(t, updated, nil)
		checkSecret(t, b.read(t, ref), nil)
		alone, err := b.cloud.Update(t.Context(), b.change(ref, nil, adminPassword, "without the mixin"))
		if got := b.Servers("demo")[0].AdminPass; err != nil || got != "without the mixin" {
			t.Errorf("%s: got the password %q (error %v), want the one without the mixin", name, got, err)
		}
		checkSecret(t, alone, err)
	}
}

func TestPasswordOfANewCompute(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	wanted := b.newCompute(t, "title", "one", adminPassword, canary)
	wanted.Mixins = append(wanted.Mixins, b.translator.base.Mixin(adminPasswordID))
	made := b.must(t, wanted)
	if got := b.Servers("demo")[0].AdminPass; got != canary {
		t.Errorf("got the password %q, want %q", got, canary)
	}
	checkSecret(t, made, nil)
	checkSecret(t, b.read(t, made.Ref()), nil)
}

// What Nova does to the disk of a server comes with the password, what it does to the size after it.
func TestPasswordBesideAnotherTemplate(t *testing.T) {
	t.Parallel()
	for _, title := range []string{otherImage, "m1.small"} {
		b := newBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
		ref := b.compute(t, "title", "one")
		change := b.passwordChange(ref, canary)
		template := b.template(t, title)
		change.Mixins = append(change.Mixins, template)
		updated, err := b.cloud.Update(t.Context(), change)
		if err != nil {
			t.Fatalf("%s: %v", title, err)
		}
		if got := b.Servers("demo")[0].AdminPass; got != canary || updated.Mixin(template.ID) == nil {
			t.Errorf("%s: got the password %q and %v, want %q and the template", title, got, outline(*updated), canary)
		}
		checkSecret(t, updated, nil)
	}
}

func TestBadPasswords(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	ref := b.compute(t, "title", "one")
	mixin := b.translator.base.Mixin(adminPasswordID)
	for name, pairs := range map[string][]string{
		"none": nil, "empty": {adminPassword, ""}, "a line end": {adminPassword, canary + "\nroot::0:0"}, "a null": {adminPassword, canary + "\x00"},
	} {
		_, err := b.cloud.Update(t.Context(), b.change(ref, []*occi.Mixin{mixin}, append(pairs, "title", "two")...))
		if occi.CodeOf(err) != occi.Invalid {
			t.Errorf("%s: update gives %v, want 400", name, err)
		}
		checkSecret(t, nil, err)
		wanted := b.newCompute(t, append(pairs, "title", "new")...)
		wanted.Mixins = append(wanted.Mixins, mixin)
		_, err = b.cloud.Create(t.Context(), wanted)
		if occi.CodeOf(err) != occi.Invalid {
			t.Errorf("%s: creation gives %v, want 400", name, err)
		}
		checkSecret(t, nil, err)
	}
	checkCode(t, b.cloud.Associate(t.Context(), ref, mixin), occi.Invalid)
	if all := b.Servers("demo"); len(all) != 1 || all[0].Name != "one" || all[0].AdminPass != "" {
		t.Errorf("refused passwords left %v", all)
	}
}

func TestPasswordWaitsForABusyCompute(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{Settle: 200 * time.Millisecond}, Options{})
	ref := b.must(t, b.newCompute(t, "title", "one")).Ref() // which Nova is building
	if _, err := b.cloud.Update(t.Context(), b.passwordChange(ref, canary)); err != nil {
		t.Fatal(err)
	}
	if got := b.Servers("demo")[0].AdminPass; got != canary {
		t.Errorf("got the password %q, want %q", got, canary)
	}
	b.act(t, ref, occi.StopID)
	b.waitFor(t, ref, "occi.compute.state", "inactive")
	_, err := b.cloud.Update(t.Context(), b.passwordChange(ref, "later", "title", "two"))
	checkCode(t, err, occi.Conflict)
	if s := b.Servers("demo")[0]; s.AdminPass != canary || s.Name != "one" {
		t.Errorf("a refused password left %s with %q", s.Name, s.AdminPass)
	}
}

func TestFaultsOfAPassword(t *testing.T) {
	t.Parallel()
	const unsure = "it is not known whether the password was changed"
	says := func(message string) string { return `{"x": {"message": "` + message + `"}}` }
	for _, c := range []struct {
		name   string
		fault  openstacktest.Fault
		code   occi.Code
		saying string
	}{
		{"no agent", openstacktest.Fault{Status: http.StatusNotImplemented, Body: says("Unable to set password on instance")}, occi.Unimplemented, "does not offer this here"},
		{"not supported", openstacktest.Fault{Status: http.StatusConflict, Body: says("Set admin password is not supported")}, occi.Conflict, "not supported"},
		{"quoted by Nova", openstacktest.Fault{Status: http.StatusBadRequest, Body: says("Invalid input. Value: " + canary)}, occi.Invalid, "Invalid input."},
		{"refused", openstacktest.Fault{Status: http.StatusForbidden, Body: says("Policy")}, occi.Forbidden, "Policy"},
		{"failing", openstacktest.Fault{Status: http.StatusInternalServerError}, occi.BadUpstream, unsure},
		{"reset after", openstacktest.Fault{Mode: openstacktest.ResetAfter}, occi.Unavailable, unsure},
	} {
		b := newBench(t, openstacktest.Options{}, Options{})
		ref := b.compute(t, "title", "one")
		c.fault.Path = regexp.MustCompile("/action$")
		b.AddFault(c.fault)
		_, err := b.cloud.Update(t.Context(), b.passwordChange(ref, canary, "title", "two"))
		if occi.CodeOf(err) != c.code || !strings.Contains(told(err), c.saying) || c.saying != unsure && strings.Contains(told(err), unsure) {
			t.Errorf("%s: %v, want code %d and %q", c.name, err, c.code, c.saying)
		}
		checkSecret(t, nil, err)
		if s := b.Servers("demo")[0]; s.Name != "one" {
			t.Errorf("%s: the title stays %q", c.name, s.Name)
		}
	}
}

func TestRefusedResizeTellsOfTheNewPassword(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{ConfirmResize: true})
	ref := b.compute(t, "title", "one")
	change := b.passwordChange(ref, canary)
	change.Mixins = append(change.Mixins, b.template(t, "m1.small"))
	b.AddFault(openstacktest.Fault{Path: regexp.MustCompile("/action$"), Skip: 1, Status: http.StatusForbidden})
	_, err := b.cloud.Update(t.Context(), change)
	if occi.CodeOf(err) != occi.Forbidden || !strings.HasSuffix(told(err), "left behind: the new password") {
		t.Errorf("got %v, want 403 that tells of the password", err)
	}
	checkSecret(t, nil, err)
}
