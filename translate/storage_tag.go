package translate

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// Tags of a storage are in the volume's metadata.

// tag adds to the volume's metadata. Block Storage API v3: "Create metadata for volume".
func (s storages) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	about := addressed(occi.StorageID, id)
	if !isUUID(id) {
		return absent(about)
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	body := map[string]any{"metadata": s.metadata(mixins)}
	url := cinder.ServiceURL("volumes", id, "metadata")
	//nolint:bodyclose // gophercloud closes what nobody reads
	_, err = cinder.Post(ctx, url, body, nil, &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK}})
	return s.fault(err, about)
}

// untag removes from the volume's metadata. Block Storage API v3: "Delete a volume's metadata".
func (s storages) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	about := addressed(occi.StorageID, id)
	if !isUUID(id) {
		return absent(about)
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for _, key := range s.tagKeys(mixins) {
		round.Go(func() error {
			url := cinder.ServiceURL("volumes", id, "metadata", key)
			//nolint:bodyclose // likewise
			_, err := cinder.Delete(ctx, url, &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK}})
			if gophercloud.ResponseCodeIs(err, http.StatusNotFound) { // the volume's, or the item's
				_, err = s.volume(ctx, about)
			}
			return s.fault(err, about)
		})
	}
	return round.Wait()
}
