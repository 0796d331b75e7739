package occi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

const (
	computeLine   = `Category: compute; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n"
	storageLine   = `Category: storage; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n"
	linkLine      = `Category: storagelink; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"` + "\n"
	startLine     = `Category: start; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"; class="action"` + "\n"
	resizeLine    = `Category: resize; scheme="http://schemas.ogf.org/occi/infrastructure/storage/action#"; class="action"` + "\n"
	sshKeyLine    = `Category: ssh_key; scheme="http://schemas.ogf.org/occi/infrastructure/credentials#"; class="mixin"` + "\n"
	ipNetworkLine = `Category: ipnetwork; scheme="http://schemas.ogf.org/occi/infrastructure/network#"; class="mixin"` + "\n"
	title         = "X-OCCI-Attribute: occi.core.title="
	size          = "X-OCCI-Attribute: occi.storage.size="
	toStorage     = `Link: </storage/1>; rel="http://schemas.ogf.org/occi/infrastructure#storage"; category="http://schemas.ogf.org/occi/infrastructure#storagelink"`
	source        = `X-OCCI-Attribute: occi.core.source="/compute/1"` + "\n"
	target        = `X-OCCI-Attribute: occi.core.target="/storage/1"` + "\n"
)

// summary is what the tables below compare of an entity.
type summary struct {
	Kind, ID, Title, Source, Target string
	Mixins                          []string
	Attributes                      []occi.Pair
	Links                           []summary
}

func summaryOf(e *occi.Entity) summary {
	s := summary{Kind: e.Kind.Term, ID: e.ID, Title: e.Title, Attributes: e.Attributes}
	if !e.Source.IsZero() {
		s.Source = e.Source.Kind.Term + " " + e.Source.ID
	}
	if !e.Target.IsZero() {
		s.Target = e.Target.Kind.Term + " " + e.Target.ID
	}
	for _, m := range e.Mixins {
		s.Mixins = append(s.Mixins, m.Term)
	}
	for i := range e.Links {
		s.Links = append(s.Links, summaryOf(&e.Links[i]))
	}
	return s
}

func mustParse(tb testing.TB, body string) *occi.Message {
	tb.Helper()
	m, err := occi.Parse(occi.TextPlain, nil, []byte(body), occi.Limits{})
	if err != nil {
		tb.Fatalf("%q: %v", body, err)
	}
	return m
}

func TestBindEntity(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	for _, c := range []struct {
		name, body string
		want       summary
	}{
		{"kind alone", computeLine, summary{Kind: "compute"}},
		{"kind twice", computeLine + computeLine, summary{Kind: "compute"}},
		{
			"made-up id", computeLine + `X-OCCI-Attribute: occi.core.id="im-1"`,
			summary{Kind: "compute"},
		},
		{
			"mixin by alias and in capitals, once",
			computeLine + `Category: CirrOS; scheme="` + templateOS + `"` + "\n" + `Category: cirros-latest; scheme="` + templateOS + `"`,
			summary{Kind: "compute", Mixins: []string{"cirros"}},
		},
		{
			"numbers quoted, strings not", storageLine + size + `"1.0"` + "\n" + title + "2024",
			summary{Kind: "storage", Title: "2024", Attributes: []occi.Pair{{Name: "occi.storage.size", Value: occi.Number(1)}}},
		},
		{
			"whole number with a fraction", computeLine + `X-OCCI-Attribute: occi.compute.cores=2.0`,
			summary{Kind: "compute", Attributes: []occi.Pair{{Name: "occi.compute.cores", Value: occi.Integer(2)}}},
		},
		{
			"the same value twice", storageLine + size + "1\n" + size + `"1.00"` + "\n" + title + `"a"` + "\n" + title + `"a"`,
			summary{Kind: "storage", Title: "a", Attributes: []occi.Pair{{Name: "occi.storage.size", Value: occi.Number(1)}}},
		},
		{
			"attribute by another spelling", computeLine + sshKeyLine + `X-OCCI-Attribute: occi.credentials.ssh_key="k"`,
			summary{
				Kind: "compute", Mixins: []string{"ssh_key"},
				Attributes: []occi.Pair{{Name: "occi.credentials.ssh.publickey", Value: occi.String("k")}},
			},
		},
		{
			"link", linkLine + source + target,
			summary{Kind: "storagelink", Source: "compute 1", Target: "storage 1"},
		},
		{
			"link with the kind of its target", linkLine + source + target + `X-OCCI-Attribute: occi.core.target.kind="http://schemas.ogf.org/occi/infrastructure#storage"`,
			summary{Kind: "storagelink", Source: "compute 1", Target: "storage 1"},
		},
		{
			"inline link", computeLine + toStorage + `; self="/storagelink/9"; occi.core.id="9"; occi.core.source="/compute/made-up"; occi.core.target="http://gw.example.org:8787/storage/1"; occi.storagelink.deviceid="/dev/vdb"`,
			summary{Kind: "compute", Links: []summary{{
				Kind: "storagelink", Target: "storage 1",
				Attributes: []occi.Pair{{Name: "occi.storagelink.deviceid", Value: occi.String("/dev/vdb")}},
			}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, err := mustParse(t, c.body).BindEntity(model, exampleURLs)
			if err != nil {
				t.Fatalf("%q: %v", c.body, err)
			}
			if diff := cmp.Diff(c.want, summaryOf(e), byValue); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.body, diff)
			}
		})
	}
}

func TestBindEntityErrors(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	for _, c := range []struct {
		name, body string
		code       occi.Code
		want       string
	}{
		{"nothing", "", occi.Invalid, `the request names no kind: one Category of class kind is needed`},
		{"two kinds", computeLine + storageLine, occi.Invalid, `the request names two kinds, http://schemas.ogf.org/occi/infrastructure#compute and http://schemas.ogf.org/occi/infrastructure#storage`},
		{"unknown kind", `Category: x; scheme="http://a#"; class=kind`, occi.NotFound, `there is no kind "http://a#x"`},
		{"unknown mixin", computeLine + `Category: x; scheme="http://a#"`, occi.NotFound, `there is no mixin "http://a#x"`},
		{"action", computeLine + startLine, occi.Invalid, `action "http://schemas.ogf.org/occi/infrastructure/compute/action#start" is invoked with ?action=start in the URL`},
		{"action without class", computeLine + `Category: start; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"`, occi.Invalid, `action "http://schemas.ogf.org/occi/infrastructure/compute/action#start" is invoked with ?action=start in the URL`},
		{"unknown action", computeLine + `Category: x; scheme="http://a#"; class=action`, occi.Invalid, `action "http://a#x" is invoked with ?action=x in the URL`},
		{"mixin of another kind", computeLine + ipNetworkLine, occi.Invalid, `mixin http://schemas.ogf.org/occi/infrastructure/network#ipnetwork does not apply to compute`},
		{"unknown attribute", computeLine + `X-OCCI-Attribute: a=1`, occi.Invalid, `attribute "a" is not defined by the categories of the request`},
		{"attribute of a mixin left out", computeLine + `X-OCCI-Attribute: occi.credentials.ssh.publickey="k"`, occi.Invalid, `attribute "occi.credentials.ssh.publickey" is not defined by the categories of the request: name the mixin http://schemas.ogf.org/occi/infrastructure/credentials#ssh_key`},
		{"summary of a link", linkLine + source + target + `X-OCCI-Attribute: occi.core.summary="s"`, occi.Invalid, `attribute "occi.core.summary" is not defined by the categories of the request`},
		{"source of a resource", computeLine + source, occi.Invalid, `attribute "occi.core.source" is not defined by the categories of the request`},
		{"wrong type", storageLine + size + `"big"`, occi.Invalid, `attribute occi.storage.size: "big" is no number`},
		{"no whole number", computeLine + `X-OCCI-Attribute: occi.compute.cores=1.5`, occi.Invalid, `attribute occi.compute.cores: "1.5" is no whole number`},
		{"two values", storageLine + size + "1\n" + size + "2", occi.Invalid, `attribute occi.storage.size is given twice, with different values`},
		{"two titles", computeLine + title + `"a"` + "\n" + title + `"b"`, occi.Invalid, `attribute occi.core.title is given twice, with different values`},
		{"two sources", linkLine + source + target + `X-OCCI-Attribute: occi.core.source="/compute/2"`, occi.Invalid, `attribute occi.core.source is given twice, with different values`},
		{"two spellings", computeLine + sshKeyLine + `X-OCCI-Attribute: occi.credentials.ssh_key="k", occi.credentials.ssh.publickey="l"`, occi.Invalid, `attribute occi.credentials.ssh.publickey is given twice, with different values`},
		{"immutable", computeLine + `X-OCCI-Attribute: occi.compute.state="active"`, occi.Forbidden, `attribute occi.compute.state is set by the provider`},
		{"required", storageLine, occi.Invalid, `a new storage needs the attribute occi.storage.size`},
		{"no source", linkLine + target, occi.Invalid, `a new storagelink needs the attribute occi.core.source`},
		{"no target", linkLine + source, occi.Invalid, `a new storagelink needs the attribute occi.core.target`},
		{"foreign source", linkLine + target + `X-OCCI-Attribute: occi.core.source="http://other.example.org/compute/1"`, occi.Invalid, `"http://other.example.org/compute/1" is not below http://gw.example.org:8787/occi1.1`},
		{"wrong kind of target", linkLine + source + target + `X-OCCI-Attribute: occi.core.target.kind="http://schemas.ogf.org/occi/infrastructure#network"`, occi.Invalid, `the target is a storage, not a "http://schemas.ogf.org/occi/infrastructure#network"`},
		{"link of a link", linkLine + source + target + toStorage, occi.Invalid, `a link cannot have links of its own`},
		{"link to nowhere", computeLine + `Link: </nowhere/1>; rel="a#b"`, occi.Invalid, `"/nowhere/1" is not the URL of an entity of this provider`},
		{"link without category", computeLine + `Link: </storage/1>; rel="a#b"`, occi.Invalid, `the link to "/storage/1" names no kind: category="…" is needed`},
		{"link of two kinds", computeLine + `Link: </storage/1>; rel="a#b"; category="http://schemas.ogf.org/occi/infrastructure#storagelink http://schemas.ogf.org/occi/infrastructure#networkinterface"`, occi.Invalid, `the link to "/storage/1" names two kinds`},
		{"link that is a resource", computeLine + `Link: </storage/1>; rel="a#b"; category="http://schemas.ogf.org/occi/infrastructure#storage"`, occi.Invalid, `http://schemas.ogf.org/occi/infrastructure#storage is no kind of link`},
		{"unknown mixin of a link", computeLine + `Link: </storage/1>; rel="a#b"; category="http://schemas.ogf.org/occi/infrastructure#storagelink http://a#x"`, occi.NotFound, `there is no mixin "http://a#x"`},
		{"unknown attribute of a link", computeLine + toStorage + `; a=1`, occi.Invalid, `attribute "a" is not defined by the categories of the request`},
		{"state of a new link", computeLine + toStorage + `; occi.storagelink.state="active"`, occi.Forbidden, `attribute occi.storagelink.state is set by the provider`},
		{"two targets", computeLine + toStorage + `; occi.core.target="/storage/2"`, occi.Invalid, `the link to "/storage/1" has another occi.core.target`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, err := mustParse(t, c.body).BindEntity(model, exampleURLs)
			if e != nil || err == nil || occi.CodeOf(err) != c.code || err.Error() != c.want {
				t.Errorf("%q:\n got %v, %v (code %d)\nwant nil, %s (code %d)", c.body, e, err, occi.CodeOf(err), c.want, c.code)
			}
		})
	}
}

// TestRequiredByMixin checks that what a mixin requires is required of a new entity and of a new link that carry it.
func TestRequiredByMixin(t *testing.T) {
	t.Parallel()
	model := occi.Infrastructure().With(&occi.Mixin{
		ID:         occi.ID{Scheme: "http://a#", Term: "m"},
		Attributes: []occi.Attribute{{Name: "a.needed", Type: occi.StringType, Required: true}},
	})
	for _, body := range []string{
		computeLine + `Category: m; scheme="http://a#"`,
		computeLine + `Link: </storage/1>; rel="a#b"; category="http://schemas.ogf.org/occi/infrastructure#storagelink http://a#m"`,
	} {
		_, err := mustParse(t, body).BindEntity(model, exampleURLs)
		if occi.CodeOf(err) != occi.Invalid {
			t.Errorf("%q: got %v, want Invalid", body, err)
		}
	}
}

// TestRequiredTexts checks that a kind may require what has a field of its own.
func TestRequiredTexts(t *testing.T) {
	t.Parallel()
	kind := &occi.Kind{ID: occi.ComputeID, Parent: occi.ResourceID, Attributes: []occi.Attribute{
		{Name: "occi.core.title", Type: occi.StringType, Required: true},
		{Name: "occi.core.summary", Type: occi.StringType, Required: true},
	}}
	model := occi.NewModel([]*occi.Kind{kind}, nil, nil)
	for body, want := range map[string]string{
		computeLine + title + "t, occi.core.summary=s": "",
		computeLine + title + "t":                      "a new compute needs the attribute occi.core.summary",
		computeLine:                                    "a new compute needs the attribute occi.core.title",
	} {
		got := ""
		if _, err := mustParse(t, body).BindEntity(model, exampleURLs); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}

// TestInheritedAttributes checks that an entity with a mixin has the attributes of what that mixin depends on
// (GFD.221 §5.3.4), and that binding leaves the kind, which many requests share, as it is.
func TestInheritedAttributes(t *testing.T) {
	t.Parallel()
	shared := make([]occi.Attribute, 1, 8)
	shared[0] = occi.Attribute{Name: "a", Type: occi.StringType}
	root := &occi.Mixin{
		ID:         occi.ID{Scheme: "http://a#", Term: "root"},
		Attributes: []occi.Attribute{{Name: "root.size", Type: occi.IntegerType}},
	}
	leaf := &occi.Mixin{ID: occi.ID{Scheme: "http://a#", Term: "leaf"}, Depends: []occi.ID{root.ID}}
	model := occi.NewModel([]*occi.Kind{{ID: occi.ComputeID, Attributes: shared}}, []*occi.Mixin{root, leaf}, nil)
	body := computeLine + `Category: leaf; scheme="http://a#"` + "\nX-OCCI-Attribute: root.size=3"
	e, err := mustParse(t, body).BindEntity(model, exampleURLs)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Attributes.Get("root.size"); got != occi.Integer(3) {
		t.Errorf("got root.size %v, want 3", got)
	}
	if spare := shared[:2][1]; spare.Name != "" {
		t.Errorf("binding wrote %q behind the attributes of the kind", spare.Name)
	}
}

func TestBindChange(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	compute := occi.Infrastructure().Kind(occi.ComputeID) // of another model, as routes may have it
	for _, c := range []struct {
		name, body string
		want       summary
	}{
		{"title alone", title + `"new"`, summary{Kind: "compute", Title: "new"}},
		{"kind repeated", computeLine + title + `"new"`, summary{Kind: "compute", Title: "new"}},
		{
			"template alone", `Category: m1-small; scheme="` + templateResource + `"; class="mixin"`,
			summary{Kind: "compute", Mixins: []string{"m1-small"}},
		},
		{
			"attribute of a mixin that is not repeated", `X-OCCI-Attribute: occi.compute.userdata="x"`,
			summary{Kind: "compute", Attributes: []occi.Pair{{Name: "occi.compute.userdata", Value: occi.String("x")}}},
		},
		{
			"what was read", `X-OCCI-Attribute: occi.core.id="7", occi.compute.state="active"` + "\n" +
				`Link: </compute/7?action=stop>; rel="http://schemas.ogf.org/occi/infrastructure/compute/action#stop"`,
			summary{Kind: "compute", ID: "7", Attributes: []occi.Pair{{Name: "occi.compute.state", Value: occi.String("active")}}},
		},
		{
			"link as it was read", toStorage + `; self="http://gw.example.org:8787/occi1.1/storagelink/7_1"; occi.storagelink.state="active"`,
			summary{Kind: "compute", Links: []summary{{
				Kind: "storagelink", ID: "7_1", Target: "storage 1",
				Attributes: []occi.Pair{{Name: "occi.storagelink.state", Value: occi.String("active")}},
			}}},
		},
		{
			"the attribute counts more than self", toStorage + `; self="/storagelink/8"; occi.core.id="7_1"`,
			summary{Kind: "compute", Links: []summary{{Kind: "storagelink", ID: "7_1", Target: "storage 1"}}},
		},
		{
			"self of another kind", toStorage + `; self="/compute/8"`,
			summary{Kind: "compute", Links: []summary{{Kind: "storagelink", Target: "storage 1"}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			change, err := mustParse(t, c.body).BindChange(model, exampleURLs, compute)
			if err != nil {
				t.Fatalf("%q: %v", c.body, err)
			}
			if diff := cmp.Diff(c.want, summaryOf(&change.Entity), byValue); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.body, diff)
			}
		})
	}
	for _, body := range []string{storageLine, title + "a," + " occi.core.title=b"} {
		if _, err := mustParse(t, body).BindChange(model, exampleURLs, compute); occi.CodeOf(err) != occi.Invalid {
			t.Errorf("%q: got %v, want Invalid", body, err)
		}
	}
}

func TestBindAction(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	const stop = `Category: stop; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"` + "\n"
	invocation, err := mustParse(t, stop+`X-OCCI-Attribute: method="graceful"`).BindAction(model, "stop")
	if err != nil {
		t.Fatal(err)
	}
	want := &occi.Invocation{
		Action:     model.Action(occi.StopID),
		Attributes: occi.Attributes{{Name: "method", Value: occi.String("graceful")}},
	}
	if diff := cmp.Diff(want, invocation, byValue); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		name, body, term string
		code             occi.Code
		want             string
	}{
		{"nothing", "", "start", occi.Invalid, `an action request needs exactly one Category, not 0`},
		{"two", startLine + stop, "start", occi.Invalid, `an action request needs exactly one Category, not 2`},
		{"kind", computeLine, "start", occi.NotFound, `there is no action "http://schemas.ogf.org/occi/infrastructure#compute"`},
		{"another term", startLine, "stop", occi.Invalid, `the query asks for action "stop", the Category for "start"`},
		{"unknown parameter", startLine + `X-OCCI-Attribute: method="cold"`, "start", occi.Invalid, `attribute "method" is not defined by the categories of the request`},
		{"parameter missing", resizeLine, "resize", occi.Invalid, `action resize needs the attribute size`},
		{"parameter of a wrong type", resizeLine + `X-OCCI-Attribute: size="big"`, "resize", occi.Invalid, `attribute size: "big" is no number`},
	} {
		_, err := mustParse(t, c.body).BindAction(model, c.term)
		if err == nil || occi.CodeOf(err) != c.code || err.Error() != c.want {
			t.Errorf("%s: got %v (code %d), want %s (code %d)", c.name, err, occi.CodeOf(err), c.want, c.code)
		}
	}
}
