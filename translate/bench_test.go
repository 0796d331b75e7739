package translate

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// bench is a simulated OpenStack with what its user demo sees of it through this package.
type bench struct {
	*openstacktest.Cloud
	translator *Translator
	cloud      *Cloud
}

// newBench starts a simulated OpenStack for the time of the test, which fails if a call is one that no
// correct client makes.
func newBench(t *testing.T, simulated openstacktest.Options, o Options) *bench {
	t.Helper()
	openstack, err := openstacktest.Start(simulated)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, violation := range openstack.Violations() {
			t.Error("violation: " + violation)
		}
		openstack.Close()
	})
	o.Keystone, err = keystone.New(keystone.Options{URL: openstack.AuthURL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Keystone.Close)
	translator, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Cloud: openstack, translator: translator}
	b.cloud = b.as(t, "demo", "demo")
	return b
}

// as connects a user with a token for a project.
func (b *bench) as(t *testing.T, user, project string) *Cloud {
	t.Helper()
	token, err := b.Token(user, project)
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := b.translator.Connect(t.Context(), keystone.Request{Header: http.Header{"X-Auth-Token": {token}}})
	if err != nil {
		t.Fatal(err)
	}
	return cloud
}

// counted runs an operation and returns how many calls it made, and in how many rounds.
func (b *bench) counted(operation func()) (calls, rounds int) {
	b.ResetCalls()
	operation()
	made := b.Calls()
	return len(made), openstacktest.Rounds(made)
}

// entity makes an entity as a client describes it: name and value in turn, title and summary among them.
func (b *bench) entity(kind occi.ID, pairs ...string) *occi.Entity {
	e := &occi.Entity{Kind: b.translator.base.Kind(kind)}
	for i := 0; i < len(pairs); i += 2 {
		switch name, value := pairs[i], pairs[i+1]; name {
		case "id":
			e.ID = value
		case "title":
			e.Title = value
		case "summary":
			e.Summary = value
		default:
			e.Attributes.SetText(name, value)
		}
	}
	return e
}

// link makes a link as a client describes it.
func (b *bench) link(kind occi.ID, source, target occi.Ref, pairs ...string) *occi.Entity {
	e := b.entity(kind, pairs...)
	e.Source, e.Target = source, target
	return e
}

func (b *bench) ref(kind occi.ID, id string) occi.Ref {
	return occi.Ref{Kind: b.translator.base.Kind(kind), ID: id}
}

// must makes an entity, which the test needs.
func (b *bench) must(t *testing.T, e *occi.Entity) *occi.Entity {
	t.Helper()
	made, err := b.cloud.Create(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// storage makes a volume of 1 GiB and waits until it is online.
func (b *bench) storage(t *testing.T, title string) occi.Ref {
	t.Helper()
	ref := b.must(t, b.entity(occi.StorageID, "title", title, "occi.storage.size", "1")).Ref()
	b.waitFor(t, ref, "occi.storage.state", "online")
	return ref
}

// waitFor waits until an attribute of an entity has a value.
func (b *bench) waitFor(t *testing.T, ref occi.Ref, name, value string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := waitUntil(ctx, time.Millisecond, func(ctx context.Context) (bool, error) {
		e, err := b.cloud.Get(ctx, ref)
		return err == nil && e.Attributes.Text(name) == value, err
	})
	if err != nil {
		t.Fatalf("%s %s is not %s: %v", ref.Kind.Term, ref.ID, value, err)
	}
}

// network returns the id of one of the networks there are.
func (b *bench) network(t *testing.T, title string) occi.Ref {
	t.Helper()
	all, err := b.cloud.List(t.Context(), b.translator.base.Kind(occi.NetworkID), occi.Query{}, true)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(e occi.Entity) bool { return e.Title == title })
	if i < 0 {
		t.Fatalf("there is no network %q", title)
	}
	return all[i].Ref()
}

// server makes a server in the project's network, by Nova's own means, and waits until it is active.
func (b *bench) server(t *testing.T, name string) occi.Ref {
	t.Helper()
	glance, err := b.cloud.session.Image()
	if err != nil {
		t.Fatal(err)
	}
	nova, err := b.cloud.nova()
	if err != nil {
		t.Fatal(err)
	}
	page, err := images.List(glance, nil).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	allImages, err := images.ExtractImages(page)
	if err != nil {
		t.Fatal(err)
	}
	if page, err = flavors.ListDetail(nova, nil).AllPages(t.Context()); err != nil {
		t.Fatal(err)
	}
	allFlavors, err := flavors.ExtractFlavors(page)
	if err != nil {
		t.Fatal(err)
	}
	made, err := servers.Create(t.Context(), nova, servers.CreateOpts{
		Name: name, ImageRef: allImages[0].ID, FlavorRef: allFlavors[0].ID,
	}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	err = waitUntil(t.Context(), time.Millisecond, func(ctx context.Context) (bool, error) {
		now, err := servers.Get(ctx, nova, made.ID).Extract()
		return err == nil && now.Status == "ACTIVE", err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.ref(occi.ComputeID, made.ID)
}

// checkGone insists that an entity cannot be read any more.
func (b *bench) checkGone(t *testing.T, ref occi.Ref) {
	t.Helper()
	_, err := b.cloud.Get(t.Context(), ref)
	if occi.CodeOf(err) != occi.NotFound {
		t.Errorf("%s %s: got error %v, want it gone", ref.Kind.Term, ref.ID, err)
	}
}

// ids lists the ids of a kind.
func (b *bench) ids(t *testing.T, kind occi.ID) []string {
	t.Helper()
	all, err := b.cloud.List(t.Context(), b.translator.base.Kind(kind), occi.Query{}, false)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	return ids
}
