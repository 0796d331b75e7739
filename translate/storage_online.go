package translate

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
)

// Cinder has no volumes that are switched off. What an offline storage promises, that nobody can use it, is what an
// attachment without a server does: Cinder reserves the volume, and refuses to attach it, through Nova, too, until the
// attachment is deleted.

// offlineKey is the item in the metadata of a volume that tells a storage that was taken offline from one that is about
// to be attached. It is set first and removed last, and means nothing unless the volume is reserved.
const offlineKey = "occi.offline"

// reservation is an attachment of Cinder's.
type reservation struct {
	ID     string `json:"id"`
	Server string `json:"instance"`
	Status string `json:"status"`
}

// offline reserves the volume. A storage that is offline stays so.
func (s storages) offline(ctx context.Context, about subject) error {
	v, err := s.volume(ctx, about)
	if err != nil {
		return err
	}
	switch {
	case isTakenOffline(v):
		return nil
	case v.Status == "in-use":
		return inUse(v)
	}
	var undo undo // before the first step, since that may be done even if the answer gets lost
	undo.push(fmt.Sprintf("the reservation of storage %q", about.id), func(ctx context.Context) error {
		return unlessGone(s.release(ctx, about))
	})
	if err := s.putMetadata(ctx, about, map[string]string{offlineKey: "yes"}); err != nil {
		return undo.after(ctx, err)
	}
	err = s.whenSettled(ctx, about, func(ctx context.Context) error {
		return s.reserve(ctx, about.id)
	})
	if err != nil {
		return undo.after(ctx, s.refusedVolume(ctx, err, about, "taken offline"))
	}
	return nil
}

// reserve makes an attachment without a server. gophercloud would name an empty one.
func (s storages) reserve(ctx context.Context, id string) error {
	cinder, err := s.cinderWith(ctx, reservesVolumes)
	if err != nil {
		return err
	}
	body := map[string]any{"attachment": map[string]any{"volume_uuid": id}}
	//nolint:bodyclose // gophercloud closes what nobody reads
	_, err = cinder.Post(ctx, cinder.ServiceURL("attachments"), body, nil, &gophercloud.RequestOpts{
		OkCodes: []int{http.StatusOK, http.StatusAccepted},
	})
	return err
}

// online takes the reservation back. A storage that is online stays so.
func (s storages) online(ctx context.Context, about subject) error {
	v, err := s.volume(ctx, about)
	if err != nil {
		return err
	}
	switch isOnline := volumeStatusOf(v).state == storageOnline; {
	case isOnline && v.Metadata[offlineKey] == "":
		return nil
	case isOnline, isTakenOffline(v):
		return s.release(ctx, about)
	default:
		return storageConflict(v, "brought online", nil)
	}
}

// release deletes the attachments of a volume that have no server, and forgets that it was offline. What is so already
// is no error.
func (s storages) release(ctx context.Context, about subject) error {
	cinder, err := s.cinderWith(ctx, reservesVolumes)
	if err != nil {
		return err
	}
	all, _, err := page[reservation](ctx, cinder, cinder.ServiceURL("attachments")+"?volume_id="+about.id, "attachments")
	if err != nil {
		return s.fault(err, about)
	}
	for _, a := range all {
		if a.Server != "" || a.Status != "reserved" {
			continue // Nova's
		}
		//nolint:bodyclose // likewise
		_, err := cinder.Delete(ctx, cinder.ServiceURL("attachments", a.ID), &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK}})
		if err != nil && !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			return s.fault(err, about)
		}
	}
	return s.dropMetadata(ctx, about, offlineKey)
}
