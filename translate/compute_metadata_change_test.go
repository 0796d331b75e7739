package translate

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// described returns a compute, not made yet, with metadata.
func (b *bench) described(t *testing.T, items string, pairs ...string) *occi.Entity {
	t.Helper()
	e := b.newCompute(t, append(pairs, computeMetadata, items)...)
	e.Mixins = append(e.Mixins, b.translator.base.Mixin(metadataID))
	return e
}

// checkMetadata insists that a compute shows items, "" for none, and that its server has no others but the gateway's.
func (b *bench) checkMetadata(t *testing.T, ref occi.Ref, want string) {
	t.Helper()
	e, err := b.cloud.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	checkShown(t, e, want)
	wanted, err := parseItems(metadataOf(want))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Servers("demo") {
		if s.ID != ref.ID {
			continue
		}
		if s.Metadata[markKey] == "" {
			t.Errorf("the server has lost its mark: %v", s.Metadata)
		}
		left := maps.Clone(s.Metadata)
		maps.DeleteFunc(left, func(key, _ string) bool { return isOwnKey(key) })
		if !maps.Equal(left, wanted) {
			t.Errorf("the server has %v, want %v", left, wanted)
		}
	}
}

// checkShown insists that a compute shows items and the mixin, or neither.
func checkShown(t *testing.T, e *occi.Entity, want string) {
	t.Helper()
	if got := e.Attributes.Text(computeMetadata); got != want || (e.Mixin(metadataID) != nil) != (want != "") {
		t.Errorf("the compute has metadata %q, mixin %v; want %q", got, e.Mixin(metadataID), want)
	}
}

func metadataOf(text string) occi.Value {
	if text == "" {
		return occi.Value{}
	}
	return occi.Hash(text)
}

func TestMetadataOfANewCompute(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	blue := b.define(t, tag("blue"))[0]
	wanted := b.described(t, `{"role":"web","replicas":3,"empty":""}`, "title", "one")
	wanted.Mixins = append(wanted.Mixins, blue)
	const want = `{"empty":"","replicas":"3","role":"web"}`
	made := b.must(t, wanted)
	checkShown(t, made, want)
	b.checkMetadata(t, made.Ref(), want)
	b.checkTerms(t, made.Ref(), "blue")
	without := b.newCompute(t, "title", "two")
	without.Mixins = append(without.Mixins, b.translator.base.Mixin(metadataID))
	b.checkMetadata(t, b.must(t, without).Ref(), "")
}

func TestMetadataThatCannotBe(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.must(t, b.described(t, `{"role":"web"}`, "title", "one")).Ref()
	b.waitFor(t, compute, "occi.compute.state", "active")
	many := make(map[string]string)
	for _, letter := range "abcdefgh" {
		for range 16 {
			many[strings.Repeat(string(letter), len(many)+1)] = ""
		}
	}
	for _, c := range []struct {
		items string
		code  occi.Code
		says  string
	}{
		{`{"occigate:id":"mine"}`, occi.Invalid, `"occigate:id"`},
		{`{"role":"web","OCCI.MIXIN.x":""}`, occi.Invalid, `"OCCI.MIXIN.x"`},
		{`{"role":["web"]}`, occi.Invalid, `"role"`},
		{`{"face":"😀"}`, occi.Invalid, `"face"`},
		{`{"a/b":"c"}`, occi.Invalid, `"a/b"`},
		{`{'role':'db'}`, occi.Invalid, "not an object"},
		{metadataValue(many).Text(), occi.Forbidden, "Maximum number of metadata items exceeds 128"},
	} {
		_, err := b.cloud.Create(t.Context(), b.described(t, c.items, "title", "two"))
		if codeOf(err) != c.code || !strings.Contains(told(err), c.says) {
			t.Errorf("create with %.80s: got %v, want code %v and %s", c.items, err, c.code, c.says)
		}
		_, err = b.cloud.Update(t.Context(), b.change(compute, nil, "title", "renamed", computeMetadata, c.items))
		if codeOf(err) != c.code || !strings.Contains(told(err), c.says) || strings.Contains(told(err), "left behind") {
			t.Errorf("update with %.80s: got %v, want code %v and %s", c.items, err, c.code, c.says)
		}
		b.checkMetadata(t, compute, `{"role":"web"}`)
	}
	if all := b.Servers("demo"); len(all) != 1 || all[0].Name != "one" {
		t.Errorf("there are %d servers, the first one called %q", len(all), all[0].Name)
	}
}

func TestMetadataOfAnUpdate(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	blue := b.define(t, tag("blue"))[0]
	compute := b.compute(t, "title", "one")
	if err := b.cloud.Associate(t.Context(), compute, blue); err != nil {
		t.Fatal(err)
	}
	mixin := []*occi.Mixin{b.translator.base.Mixin(metadataID)}
	for _, step := range []struct {
		name   string
		mixins []*occi.Mixin
		items  string // "" says nothing of them
		want   string
		calls  []string // that change something
	}{
		{"the mixin alone", mixin, "", "", nil},
		{"nothing of nothing", mixin, `{}`, "", nil},
		{"first items", mixin, `{"b":"2","a":"1"}`, `{"a":"1","b":"2"}`, []string{"POST metadata"}},
		{"the same", mixin, ` {"b":"2", "a":1}`, `{"a":"1","b":"2"}`, nil},
		{"the mixin alone, once more", mixin, "", `{"a":"1","b":"2"}`, nil},
		{"as header fields show it", mixin, `{'a':'1'.'b':'2'}`, `{"a":"1","b":"2"}`, nil},
		{"one less, without the mixin", nil, `{"a":"1"}`, `{"a":"1"}`, []string{"DELETE b"}},
		{"another one", nil, `{"c :":"3"}`, `{"c :":"3"}`, []string{"DELETE a", "POST metadata"}},
		{"in capitals", nil, `{"C :":"3"}`, `{"C :":"3"}`, []string{"DELETE c%20:", "POST metadata"}},
		{"none", mixin, `{}`, "", []string{"DELETE C%20:"}},
		{"some, without the mixin", nil, `{"d":"4"}`, `{"d":"4"}`, []string{"POST metadata"}},
	} {
		change := b.change(compute, step.mixins, "title", "one")
		if step.items != "" {
			change.Attributes.SetText(computeMetadata, step.items)
		}
		b.ResetCalls()
		now, err := b.cloud.Update(t.Context(), change)
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		var calls []string
		for _, call := range b.Calls() {
			if call.Method != http.MethodGet {
				calls = append(calls, call.Method+" "+call.Path[strings.LastIndexByte(call.Path, '/')+1:])
			}
		}
		if diff := cmp.Diff(step.calls, calls); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", step.name, diff)
		}
		checkShown(t, now, step.want)
		b.checkMetadata(t, compute, step.want)
		b.checkTerms(t, compute, "blue")
	}
}

// Tags and metadata are in one place; each change leaves the other alone, also one of both.
func TestMetadataBesideTags(t *testing.T) {
	t.Parallel()
	b := newTagBench(t, openstacktest.Options{}, Options{})
	defined := b.define(t, tag("blue"), tag("red"))
	compute := b.compute(t, "title", "one")
	now, err := b.cloud.Update(t.Context(), b.change(compute, defined, "title", "two", computeMetadata, `{"a":"1"}`))
	if err != nil {
		t.Fatal(err)
	}
	checkShown(t, now, `{"a":"1"}`)
	full := &occi.Change{Entity: *now, Full: true} // everything as it is, but for one of the tags
	full.Mixins = slices.DeleteFunc(slices.Clone(now.Mixins), func(x *occi.Mixin) bool { return x.ID == defined[0].ID })
	now, err = b.cloud.Update(t.Context(), full)
	if err != nil {
		t.Fatal(err)
	}
	checkShown(t, now, `{"a":"1"}`)
	b.checkMetadata(t, compute, `{"a":"1"}`)
	b.checkTerms(t, compute, "red")
	full.Mixins, full.Attributes = b.templates(t, compute)[:2], nil // no mixins of users, no word of metadata
	if _, err = b.cloud.Update(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	b.checkMetadata(t, compute, `{"a":"1"}`)
	b.checkTerms(t, compute)
	checkCode(t, b.cloud.Dissociate(t.Context(), compute, b.translator.base.Mixin(metadataID)), occi.Forbidden)
}

func TestMetadataInQueries(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	web := b.must(t, b.described(t, `{"role":"web","site":"a"}`, "title", "one"))
	db := b.must(t, b.described(t, `{"role":"db"}`, "title", "two"))
	b.compute(t, "title", "three")
	mixin := b.translator.base.Mixin(metadataID)
	having := func(items string) occi.Query {
		return occi.Query{Attributes: occi.Attributes{{Name: computeMetadata, Value: occi.Hash(items)}}}
	}
	for _, c := range []struct {
		name  string
		query occi.Query
		want  []string
	}{
		{"with metadata", occi.Query{Mixins: []*occi.Mixin{mixin}}, []string{web.ID, db.ID}},
		{"with these", having(`{ "site": "a", "role": "web" }`), []string{web.ID}},
		{"with one of them", having(`{"role":"web"}`), nil},
	} {
		got := b.selected(t, b.translator.base.Kind(occi.ComputeID), c.query)
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// What was put there by other means is shown, unless it is the gateway's, and may be sent back; what was never said to be
// right is not judged.
func TestMetadataFromElsewhere(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.compute(t, "title", "one")
	foreign := map[string]string{"..": "up", "ctl": "a\r\nX-OCCI-Attribute: b", "OCCIGATE:x": "y", "k": "v"}
	if err := (computes{b.cloud}).putMetadata(t.Context(), addressed(occi.ComputeID, compute.ID), foreign); err != nil {
		t.Fatal(err)
	}
	now, err := b.cloud.Get(t.Context(), compute)
	if err != nil {
		t.Fatal(err)
	}
	checkShown(t, now, `{"ctl":"a\r\nX-OCCI-Attribute: b","k":"v"}`)
	if _, err := b.cloud.Update(t.Context(), &occi.Change{Entity: *now, Full: true}); err != nil {
		t.Errorf("everything sent back: %v", err)
	}
	if _, err := b.cloud.Update(t.Context(), b.change(compute, nil, computeMetadata, `{}`)); err != nil {
		t.Fatal(err)
	}
	if got := b.Servers("demo")[0].Metadata; got[".."] != "up" || got["OCCIGATE:x"] != "y" || len(got) != 3 {
		t.Errorf("the server has %v, want what users cannot set to stay", got)
	}
}

func TestMetadataWaitForTheServer(t *testing.T) {
	t.Parallel()
	clock := newClock(0)
	b := newBench(t, openstacktest.Options{Now: clock.now, Settle: time.Minute}, Options{})
	compute := b.must(t, b.described(t, `{"a":"1"}`, "title", "one")).Ref()
	for _, items := range []string{`{"b":"2"}`, `{}`} {
		change := b.change(compute, nil, computeMetadata, items)
		ctx, cancel := contextFor(t, 300*time.Millisecond)
		_, err := b.cloud.Update(ctx, change)
		cancel()
		if codeOf(err) != occi.Timeout || strings.Contains(err.Error(), "left behind") {
			t.Errorf("%s: got %v, want a time-out", items, err)
		}
	}
	done := make(chan error, 1)
	go func() {
		_, err := b.cloud.Update(t.Context(), b.change(compute, nil, computeMetadata, `{"c":"3"}`))
		done <- err
	}()
	waitFor(t, func() bool {
		return slices.ContainsFunc(b.Calls(), func(call openstacktest.Call) bool {
			return call.Method == http.MethodDelete && call.Status == http.StatusConflict
		})
	})
	clock.advance(time.Minute)
	if err := <-done; err != nil {
		t.Error(err)
	}
	b.checkMetadata(t, compute, `{"c":"3"}`)
}

// A server that takes no metadata keeps those it has, and nothing is said to be left behind.
func TestMetadataOfALockedServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.must(t, b.described(t, `{"a":"1","b":"2"}`, "title", "one")).Ref()
	b.waitFor(t, compute, "occi.compute.state", "active")
	if err := b.SetServerState(compute.ID, "shelved_offloaded", ""); err != nil {
		t.Fatal(err)
	}
	for _, items := range []string{`{}`, `{"a":"1","b":"3"}`, `{"c":"4"}`} {
		_, err := b.cloud.Update(t.Context(), b.change(compute, nil, "title", "two", computeMetadata, items))
		if codeOf(err) != occi.Conflict || strings.Contains(err.Error(), "left behind") {
			t.Errorf("%s: got %v, want a conflict", items, err)
		}
		b.checkMetadata(t, compute, `{"a":"1","b":"2"}`)
	}
}

// When a later step fails, metadata are as they were, whatever their spelling.
func TestMetadataOfAnUpdateThatFails(t *testing.T) {
	t.Parallel()
	for _, items := range []string{`{"a":"2","C":"3"}`, `{}`, `{"A":"1","b":"2","c":"3"}`, `{"a":"1","b":"2","c":"3","B":"4"}`} {
		b := newBench(t, openstacktest.Options{}, Options{})
		compute := b.must(t, b.described(t, `{"a":"1","b":"2","c":"3"}`, "title", "one")).Ref()
		b.waitFor(t, compute, "occi.compute.state", "active")
		b.AddFault(openstacktest.Fault{Method: http.MethodPut, Path: regexp.MustCompile(`/servers/[^/]+$`), Status: http.StatusServiceUnavailable})
		_, err := b.cloud.Update(t.Context(), b.change(compute, nil, "title", "two", computeMetadata, items))
		b.ClearFaults()
		if codeOf(err) != occi.Unavailable || strings.Contains(err.Error(), "left behind") {
			t.Errorf("%s: got %v, want it to be unavailable", items, err)
		}
		b.checkMetadata(t, compute, `{"a":"1","b":"2","c":"3"}`)
	}
}
