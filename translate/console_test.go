package translate

import (
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

func TestConsoleIsShownToWhoAsks(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.compute(t, "title", "one")
	console := []*occi.Mixin{b.translator.base.Mixin(consoleID)}
	answer, err := b.cloud.Update(t.Context(), b.change(compute, console, "title", "two"))
	if err != nil {
		t.Fatal(err)
	}
	url := answer.Attributes.Text(consoleURL)
	if answer.Mixin(consoleID) == nil || !strings.HasPrefix(url, "http") || answer.Attributes.Text(consoleType) != "novnc" || answer.Title != "two" {
		t.Errorf("got %v, want the renamed compute with a URL of a console", outline(*answer))
	}
	again, err := b.cloud.Update(t.Context(), b.change(compute, console, consoleType, "novnc"))
	if err != nil || again.Attributes.Text(consoleURL) == url {
		t.Errorf("got the URL %q again (error %v), want another one", url, err)
	}
	read, err := b.cloud.Get(t.Context(), compute)
	if err != nil {
		t.Fatal(err)
	}
	if read.Mixin(consoleID) != nil || read.Attributes.Text(consoleURL) != "" {
		t.Errorf("the compute shows its console to who has not asked: %v", outline(*read))
	}
}

func TestConsoleThatCannotBeShown(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.compute(t, "title", "one")
	console := []*occi.Mixin{b.translator.base.Mixin(consoleID)}
	for _, test := range []struct {
		name  string
		pairs []string
		want  occi.Code
	}{
		{"unknown type", []string{consoleType, "telnet"}, occi.Invalid},
		{"a type that the cloud has not", []string{consoleType, "spice-html5"}, occi.Invalid},
		{"a URL of the client's", []string{consoleURL, "http://elsewhere.example.org/"}, occi.Forbidden},
	} {
		_, err := b.cloud.Update(t.Context(), b.change(compute, console, append(test.pairs, "title", "renamed")...))
		if occi.CodeOf(err) != test.want {
			t.Errorf("%s: got error %v, want code %v", test.name, err, test.want)
		}
	}
	if read, err := b.cloud.Get(t.Context(), compute); err != nil || read.Title != "one" {
		t.Errorf("a refused update changed the title: %v, error %v", read, err)
	}
	wanted := b.newCompute(t, "title", "new")
	wanted.Mixins = append(wanted.Mixins, console...)
	_, err := b.cloud.Create(t.Context(), wanted)
	checkCode(t, err, occi.Invalid)
}

func TestConsoleOfOldNova(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2.1", "2.5"} {
		b := newBench(t, openstacktest.Options{NovaMax: version}, Options{})
		compute := b.compute(t, "title", "one")
		console := []*occi.Mixin{b.translator.base.Mixin(consoleID)}
		for wanted, code := range map[string]occi.Code{
			"": 0, "novnc": 0, "spice-html5": occi.Invalid, "serial": occi.Invalid, "webmks": occi.Unimplemented,
		} {
			answer, err := b.cloud.Update(t.Context(), b.change(compute, console, consoleType, wanted))
			checkCode(t, err, code)
			if err == nil && !strings.HasPrefix(answer.Attributes.Text(consoleURL), "http") {
				t.Errorf("Nova %s, type %q: got %v, want a URL", version, wanted, outline(*answer))
			}
		}
	}
}

func TestConsoleOfAComputeThatIsBeingBuilt(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2.1", "2.93"} {
		b := newBench(t, openstacktest.Options{NovaMax: version, Settle: time.Hour}, Options{})
		compute := b.must(t, b.newCompute(t, "title", "one")).Ref()
		_, err := b.cloud.Update(t.Context(), b.change(compute, []*occi.Mixin{b.translator.base.Mixin(consoleID)}))
		checkCode(t, err, occi.Conflict)
	}
}
