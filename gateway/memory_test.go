package gateway_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

const (
	tagScheme = "http://doyouspeakocci.appspot.com/mixin#"
	otherUser = "user-2"
)

// memoryCloud is a provider in memory that keeps tags. What it is asked to change stands in its log, in order.
type memoryCloud struct {
	mu       sync.Mutex
	provided []*occi.Mixin
	tags     []*occi.Mixin
	gaps     []occi.Gap
	entities []occi.Entity
	owners   map[string]string // by id; the caller if missing
	refuse   map[string]error  // by verb and id
	log      []string
	listed   int // calls of List
	lookedUp int // calls of Model
}

var _ gateway.Cloud = (*memoryCloud)(nil)

// newMemoryCloud has a template of each sort and three computes, of which the last is a stranger's, two networks, a
// storage, and a link.
func newMemoryCloud() *memoryCloud {
	template := func(scheme, path, term string, root occi.ID) *occi.Mixin {
		return &occi.Mixin{
			ID: occi.ID{Scheme: scheme, Term: term}, Title: term, Location: path + term + "/",
			Depends: []occi.ID{root}, Applies: []occi.ID{occi.ComputeID},
		}
	}
	c := &memoryCloud{
		provided: []*occi.Mixin{
			template("http://schemas.openstack.org/template/os#", "/os_tpl/", "debian", occi.OSTemplateID),
			template("http://schemas.openstack.org/template/resource#", "/resource_tpl/", "small", occi.ResourceTemplateID),
			template("http://schemas.openstack.org/template/resource#", "/resource_tpl/", "large", occi.ResourceTemplateID),
		},
		owners: map[string]string{"c3": otherUser},
		refuse: make(map[string]error),
	}
	model := c.currentModel()
	add := func(kind occi.ID, id, state string, mixins ...*occi.Mixin) {
		e := occi.Entity{Kind: model.Kind(kind), ID: id, Title: id, Mixins: mixins}
		e.Attributes.SetText("occi."+kind.Term+".state", state)
		if kind == occi.ComputeID {
			e.Attributes.SetText("occi.compute.hostname", "host-"+id)
			e.Attributes.Set("occi.compute.cores", occi.Integer(int64(len(c.entities)+1)))
			e.Actions = actionsIn(state)
		}
		c.entities = append(c.entities, e)
	}
	debian, small, large := c.provided[0], c.provided[1], c.provided[2]
	add(occi.ComputeID, "c1", "inactive", debian, small)
	add(occi.ComputeID, "c2", "active", debian, large)
	add(occi.ComputeID, "c3", "inactive", small)
	add(occi.StorageID, "s1", "online")
	add(occi.NetworkID, "n1", "active", model.Mixin(occi.IPNetworkID))
	add(occi.NetworkID, "n2", "active")
	add(occi.StorageLinkID, "c1_s1", "active")
	link := &c.entities[len(c.entities)-1]
	link.Source = occi.Ref{Kind: model.Kind(occi.ComputeID), ID: "c1"}
	link.Target = occi.Ref{Kind: model.Kind(occi.StorageID), ID: "s1"}
	return c
}

func actionsIn(state string) []occi.ID {
	switch state {
	case "active":
		return []occi.ID{occi.StopID, occi.SuspendID, occi.SaveID}
	case "inactive":
		return []occi.ID{occi.StartID}
	}
	return nil
}

// tag gives the entities a user's mixin, which is made if need be.
func (c *memoryCloud) tag(term string, ids ...string) *memoryCloud {
	mixin := &occi.Mixin{ID: occi.ID{Scheme: tagScheme, Term: term}, Location: "/" + term + "/", User: true}
	c.tags = append(c.tags, mixin)
	for i := range c.entities {
		if slices.Contains(ids, c.entities[i].ID) {
			c.entities[i].Mixins = append(slices.Clip(c.entities[i].Mixins), mixin)
		}
	}
	return c
}

func (c *memoryCloud) currentModel() *occi.Model {
	return occi.Infrastructure().With(slices.Concat(c.provided, c.tags)...).WithGaps(c.gaps...)
}

// changes returns what was changed, sorted: much of it happens side by side.
func (c *memoryCloud) changes() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.Sort(c.log)
	return c.log
}

// note writes a change into the log, unless it is to be refused.
func (c *memoryCloud) note(verb, id, about string) error {
	if err := c.refuse[verb+" "+id]; err != nil {
		return err
	}
	c.log = append(c.log, fmt.Sprintf("%s %s%s", verb, id, about))
	return nil
}

func (c *memoryCloud) find(ref occi.Ref) (*occi.Entity, error) {
	for i := range c.entities {
		if e := &c.entities[i]; e.ID == ref.ID && e.Kind.ID == ref.Kind.ID {
			return e, nil
		}
	}
	return nil, occi.Errorf(occi.NotFound, "there is no %s %q", ref.Kind.Term, ref.ID)
}

func (c *memoryCloud) Model(context.Context) (*occi.Model, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lookedUp++
	return c.currentModel(), nil
}

func (c *memoryCloud) List(_ context.Context, kind *occi.Kind, query occi.Query, full bool) ([]occi.Entity, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listed++
	if err := c.refuse["list "+kind.Term]; err != nil {
		return nil, err
	}
	var found []occi.Entity
	for i := range c.entities {
		e := &c.entities[i]
		switch {
		case e.Kind.ID != kind.ID || !query.Match(e) || query.Own && c.owners[e.ID] == otherUser:
		case full:
			found = append(found, *e)
		default:
			found = append(found, occi.Entity{Kind: e.Kind, ID: e.ID})
		}
	}
	return found, nil
}

func (c *memoryCloud) Get(_ context.Context, ref occi.Ref) (*occi.Entity, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(ref)
	if err != nil {
		return nil, err
	}
	found := *e
	return &found, nil
}

func (c *memoryCloud) Create(_ context.Context, wanted *occi.Entity) (*occi.Entity, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refuse["create "+wanted.Title]; err != nil {
		return nil, err
	}
	made := *wanted
	made.ID = fmt.Sprintf("new%d", len(c.entities)+1)
	if made.Kind.ID == occi.ComputeID {
		made.Attributes.SetText("occi.compute.state", "inactive")
		made.Actions = actionsIn("inactive")
	}
	c.entities = append(c.entities, made)
	return &made, nil
}

func (c *memoryCloud) Update(_ context.Context, change *occi.Change) (*occi.Entity, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(change.Ref())
	if err != nil {
		return nil, err
	}
	for _, p := range change.Attributes {
		e.Attributes.Set(p.Name, p.Value)
	}
	updated := *e
	return &updated, nil
}

func (c *memoryCloud) Delete(ctx context.Context, ref occi.Ref) error {
	if err := ctx.Err(); err != nil {
		return &occi.Error{Code: occi.Timeout, Message: "too late", Cause: err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.note("delete", ref.ID, ""); err != nil {
		return err
	}
	c.entities = slices.DeleteFunc(c.entities, func(e occi.Entity) bool { return e.ID == ref.ID })
	return nil
}

func (c *memoryCloud) Act(_ context.Context, ref occi.Ref, invocation *occi.Invocation) (*occi.Mixin, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(ref)
	if err != nil {
		return nil, err
	}
	if err := c.note(invocation.Action.Term, ref.ID, ""); err != nil {
		return nil, err
	}
	switch invocation.Action.ID {
	case occi.SaveID:
		return &occi.Mixin{ID: occi.ID{Scheme: "http://schemas.openstack.org/template/os#", Term: "saved-" + ref.ID}}, nil
	case occi.StartID:
		e.Attributes.SetText("occi.compute.state", "active")
	case occi.StopID:
		e.Attributes.SetText("occi.compute.state", "inactive")
	}
	e.Actions = actionsIn(e.Attributes.Text("occi.compute.state"))
	return nil, nil //nolint:nilnil // there is no mixin
}

func (c *memoryCloud) Define(_ context.Context, mixins []*occi.Mixin) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range mixins {
		if err := c.note("define", x.Term, " at "+x.Location); err != nil {
			return err
		}
	}
	c.tags = append(c.tags, mixins...)
	return nil
}

func (c *memoryCloud) Undefine(_ context.Context, mixins []*occi.Mixin) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range mixins {
		if err := c.note("undefine", x.Term, ""); err != nil {
			return err
		}
		c.tags = slices.DeleteFunc(c.tags, func(tag *occi.Mixin) bool { return tag.ID == x.ID })
		for i := range c.entities {
			c.takeOff(&c.entities[i], x)
		}
	}
	return nil
}

func (c *memoryCloud) takeOff(e *occi.Entity, mixin *occi.Mixin) {
	e.Mixins = slices.DeleteFunc(slices.Clone(e.Mixins), func(x *occi.Mixin) bool { return x.ID == mixin.ID })
}

func (c *memoryCloud) Associate(_ context.Context, ref occi.Ref, mixin *occi.Mixin) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(ref)
	if err != nil {
		return err
	}
	if err := c.note("associate", ref.ID, " with "+mixin.Term); err != nil {
		return err
	}
	if mixin.IsTemplate() {
		for _, old := range e.MixinsOf(mixin.Depends[0]) {
			c.takeOff(e, old)
		}
	}
	e.Mixins = append(slices.Clone(e.Mixins), mixin)
	return nil
}

func (c *memoryCloud) Dissociate(_ context.Context, ref occi.Ref, mixin *occi.Mixin) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(ref)
	if err != nil {
		return err
	}
	if err := c.note("dissociate", ref.ID, " from "+mixin.Term); err != nil {
		return err
	}
	c.takeOff(e, mixin)
	return nil
}

func (c *memoryCloud) Caller() gateway.Caller {
	return gateway.Caller{UserID: "user-1", ProjectID: "project-1"}
}

// listing returns what a GET lists, as paths; the status has to be 200.
func (b *bench) listing(t *testing.T, target string, header ...string) string {
	t.Helper()
	w := b.do(t, "GET", target, "", append(header, "Accept", "text/uri-list")...)
	if w.Code != 200 {
		t.Errorf("GET %s: got %d %q, want 200", target, w.Code, w.Body)
	}
	return shortPaths(w.Body.String())
}
