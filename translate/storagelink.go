package translate

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// storageLinks translates storage links to the attachments of volumes. Nova makes and removes them and has
// the last word on which there are; Cinder knows whether they work.
type storageLinks struct{ *Cloud }

func (s storageLinks) get(ctx context.Context, id string) (*occi.Entity, error) {
	about := addressed(occi.StorageLinkID, id)
	serverID, volumeID, ok := parseLinkID(id)
	if !ok {
		return nil, absent(about)
	}
	nova, err := s.nova()
	if err != nil {
		return nil, err
	}
	a := attachment{serverID: serverID, volumeID: volumeID}
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() error {
		found, err := volumeattach.Get(ctx, nova, serverID, volumeID).Extract()
		if err != nil {
			return s.fault(err, about)
		}
		a.device = found.Device
		return nil
	})
	side, cancel := aside(ctx)
	defer cancel()
	round.Go(func() error {
		// The volume only adds the state: what Nova knows can be shown without it.
		if v, err := s.volume(side, named(occi.StorageID, volumeID)); err == nil {
			a.status = v.Status
		}
		return nil
	})
	round.Go(func() error {
		a.mixins = s.linkTags(side, occi.StorageLinkID, serverID, volumeID)
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	e := storageLinkEntity(s.translator.base, a)
	return &e, nil
}

// create attaches the volume and waits until it is attached.
func (s storageLinks) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	if err := checkEnds(e, occi.StorageID); err != nil {
		return nil, err
	}
	device, err := wantedDevice(e)
	if err != nil {
		return nil, err
	}
	nova, err := s.novaAt(ctx, novaVersion.toAttach)
	if err != nil {
		return nil, err
	}
	serverID, volumeID := e.Source.ID, e.Target.ID
	err = s.whenSettled(ctx, named(occi.StorageID, volumeID), func(ctx context.Context) error {
		return s.whenIdle(ctx, serverID, func(ctx context.Context) error {
			opts := volumeattach.CreateOpts{VolumeID: volumeID, Device: device}
			return volumeattach.Create(ctx, nova, serverID, opts).Err
		})
	})
	switch {
	case gophercloud.ResponseCodeIs(err, http.StatusNotFound):
		return nil, s.missingEnd(ctx, e, err)
	case gophercloud.ResponseCodeIs(err, http.StatusBadRequest):
		return nil, s.unattachable(ctx, volumeID, err)
	case isRefusal(err):
		return nil, s.fault(err, subject{})
	}
	detach := func(ctx context.Context) error {
		return gone(volumeattach.Delete(ctx, nova, serverID, volumeID).ExtractErr())
	}
	if err != nil {
		if err := s.findLost(ctx, nova, e, err); err != nil {
			return nil, err
		}
		detach = notSurely
	}
	var undo undo
	undo.push(fmt.Sprintf("storagelink %q", linkID(serverID, volumeID)), detach)
	a, err := s.waitAttached(ctx, serverID, volumeID)
	if err != nil {
		return nil, undo.after(ctx, err)
	}
	if a.mixins = userMixins(e.Mixins); len(a.mixins) > 0 {
		if err := s.tagNew(ctx, occi.StorageLinkID, serverID, volumeID, a.mixins, &undo); err != nil {
			return nil, undo.after(ctx, err)
		}
	}
	made := storageLinkEntity(s.translator.base, a)
	return &made, nil
}

// findLost finds the attachment that got no answer. It may also be another request's.
func (s storageLinks) findLost(ctx context.Context, nova *gophercloud.ServiceClient, link *occi.Entity, cause error) error {
	name := fmt.Sprintf("storagelink %q", linkID(link.Source.ID, link.Target.ID))
	_, err := lost[volumeattach.VolumeAttachment]{
		what: name,
		look: func(ctx context.Context) (*volumeattach.VolumeAttachment, error) {
			found, err := volumeattach.Get(ctx, nova, link.Source.ID, link.Target.ID).Extract()
			if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
				return nil, nil //nolint:nilnil // nothing is there, which is an answer
			}
			return found, err
		},
		name: func(*volumeattach.VolumeAttachment) string { return name },
	}.find(ctx, s.fault(cause, subject{}))
	return err
}

// missingEnd tells which end of the link a 404 is about: Nova's only says it in words.
func (s storageLinks) missingEnd(ctx context.Context, link *occi.Entity, refused error) error {
	if _, err := s.volume(ctx, named(occi.StorageID, link.Target.ID)); err != nil {
		return err
	}
	return s.fault(refused, named(occi.ComputeID, link.Source.ID))
}

// unattachable tells a volume that cannot be attached now, which is a conflict, from a request that Nova
// does not like: it answers both with 400.
func (s storageLinks) unattachable(ctx context.Context, volumeID string, refused error) error {
	refused = s.fault(refused, subject{})
	v, err := s.volume(ctx, named(occi.StorageID, volumeID))
	if err != nil {
		return err
	}
	if v.Status == "available" {
		return refused
	}
	conflict := storageConflict(v, "attached", refused)
	if places := volumeAttachments(v); len(places) > 0 && v.Status == "in-use" {
		conflict.Message = fmt.Sprintf("storage %q is already attached to compute %q", volumeID, places[0].serverID)
	}
	return conflict
}

// attachInterval is the first pause between two looks at something that Nova attaches or detaches.
const attachInterval = 250 * time.Millisecond

// waitAttached waits until Cinder lists the server among the volume's attachments.
func (s storageLinks) waitAttached(ctx context.Context, serverID, volumeID string) (attachment, error) {
	about := named(occi.StorageID, volumeID)
	var found attachment
	err := waitUntil(ctx, attachInterval, func(ctx context.Context) (bool, error) {
		v, err := s.volume(ctx, about)
		if err != nil {
			return false, err
		}
		state, _ := storageLinkState(v.Status)
		for _, a := range volumeAttachments(v) {
			if a.serverID == serverID && state == linkActive {
				found = a
				return true, nil
			}
		}
		if v.Status == "available" || state == linkError {
			return false, occi.Errorf(occi.BadUpstream, "OpenStack could not attach storage %q to compute %q", volumeID, serverID)
		}
		return false, nil
	})
	return found, unfinished(s.fault(err, about), "the storage is still being attached")
}

// update changes the tags: OpenStack cannot change what else an attachment shows.
func (s storageLinks) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	return updateLink(ctx, s, change)
}

func (s storageLinks) act(_ context.Context, _ string, invocation *occi.Invocation) (*occi.Mixin, error) {
	return nil, noAction(s.kind(occi.StorageLinkID), invocation)
}
