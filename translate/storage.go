package translate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// storages translates storage to Cinder's volumes.
type storages struct{ *Cloud }

func (s storages) get(ctx context.Context, id string) (*occi.Entity, error) {
	v, err := s.volume(ctx, addressed(occi.StorageID, id))
	if err != nil {
		return nil, err
	}
	e := storageEntity(s.translator.base, *v, s.shown(ctx, isTagged(maps.Keys(v.Metadata))))
	return &e, nil
}

func (s storages) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	opts, err := volumeCreateOpts(e)
	if err != nil {
		return nil, err
	}
	wanted := userMixins(e.Mixins)
	opts.Metadata = s.metadata(wanted)
	cinder, err := s.cinder()
	if err != nil {
		return nil, err
	}
	v, err := volumes.Create(ctx, cinder, opts, nil).Extract()
	if err != nil {
		return nil, perhapsMade(s.fault(err, subject{}), "storage", e.Title)
	}
	created := storageEntity(s.translator.base, *v, newTags(s.ProjectID(), wanted))
	return &created, nil
}

// update changes title, summary and tags.
func (s storages) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	about := addressed(occi.StorageID, change.ID)
	v, err := s.volume(ctx, about)
	if err != nil {
		return nil, err
	}
	now := storageEntity(s.translator.base, *v, s.shown(ctx, isTagged(maps.Keys(v.Metadata))))
	if err := onlyTexts(&now, change); err != nil {
		return nil, err
	}
	retag, err := planTags(&now, change)
	if err != nil {
		return nil, err
	}
	var undo undo
	if err := retag.apply(ctx, s, &now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	opts := volumes.UpdateOpts{Name: changed(now.Title, change.Title), Description: changed(now.Summary, change.Summary)}
	if opts.Name == nil && opts.Description == nil {
		return &now, nil
	}
	cinder, err := s.cinder()
	if err != nil {
		return nil, undo.after(ctx, err)
	}
	if v, err = volumes.Update(ctx, cinder, change.ID, opts).Extract(); err != nil {
		return nil, undo.after(ctx, s.fault(err, about))
	}
	now.Title, now.Summary = v.Name, v.Description
	return &now, nil
}

func (s storages) delete(ctx context.Context, id string) error {
	about := addressed(occi.StorageID, id)
	if !isUUID(id) {
		return absent(about)
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	err = volumes.Delete(ctx, cinder, id, nil).ExtractErr()
	if gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		return s.keptBecause(ctx, about, err)
	}
	return s.fault(err, about)
}

// keptBecause tells why Cinder refused to delete a volume: its 400 is about the volume's state, which is
// a conflict, and its words are those of an API that the client does not know.
func (s storages) keptBecause(ctx context.Context, about subject, refused error) error {
	refused = s.fault(refused, about)
	v, err := s.volume(ctx, about)
	if err != nil {
		return err
	}
	kept := occi.Errorf(occi.Conflict, "storage %q cannot be deleted now", v.ID)
	state, message := storageState(v.Status)
	switch places := volumeAttachments(*v); {
	case len(places) > 0:
		kept.Message = fmt.Sprintf("storage %q is attached to compute %q: detach it first", v.ID, places[0].serverID)
	case message != "":
		kept.Message += ": " + message
	default:
		if said, ok := errors.AsType[*occi.Error](refused); ok {
			kept.Message += ": " + said.Message
		}
	}
	if state == storageOffline {
		kept.RetryAfter = busyRetryAfter
	}
	kept.Cause = refused
	return kept
}

// busyRetryAfter is how long to wait for a thing that OpenStack is working on.
const busyRetryAfter = 2 * time.Second

// act refuses: Cinder has no counterpart of online and offline.
func (s storages) act(_ context.Context, _ string, invocation *occi.Invocation) (*occi.Mixin, error) {
	return nil, noAction(s.kind(occi.StorageID), invocation)
}

// cinder returns a client of Cinder's oldest version: nothing newer is needed.
func (c *Cloud) cinder() (*gophercloud.ServiceClient, error) {
	client, err := c.session.Volume("")
	return client, c.fault(err, subject{})
}

// volume asks for one volume. One that is being deleted is gone.
func (c *Cloud) volume(ctx context.Context, about subject) (*volumes.Volume, error) {
	if !isUUID(about.id) {
		return nil, absent(about)
	}
	cinder, err := c.cinder()
	if err != nil {
		return nil, err
	}
	v, err := volumes.Get(ctx, cinder, about.id).Extract()
	if err != nil {
		return nil, c.fault(err, about)
	}
	if isGone(v.Status) {
		return nil, absent(about)
	}
	return v, nil
}

// changed returns what to send for a text that a client wants, nil for one it does not mention or that
// is so already.
func changed(now, wanted string) *string {
	if wanted == "" || occi.Echoes(wanted, now) {
		return nil
	}
	return &wanted
}
