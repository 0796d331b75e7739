package translate

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// Tags of a storage are in the volume's metadata.

func (s storages) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	return s.putMetadata(ctx, addressed(occi.StorageID, id), s.metadata(mixins))
}

func (s storages) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	about := addressed(occi.StorageID, id)
	var round errgroup.Group // as in addTags
	round.SetLimit(maxTogether)
	for _, key := range s.tagKeys(mixins) {
		round.Go(func() error { return s.dropMetadata(ctx, about, key) })
	}
	return round.Wait()
}

// putMetadata adds to the volume's metadata. Block Storage API v3: "Create metadata for volume".
func (s storages) putMetadata(ctx context.Context, about subject, items map[string]string) error {
	if !isUUID(about.id) {
		return absent(about)
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	body := map[string]any{"metadata": items}
	url := cinder.ServiceURL("volumes", about.id, "metadata")
	//nolint:bodyclose // gophercloud closes what nobody reads
	_, err = cinder.Post(ctx, url, body, nil, &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK}})
	return s.fault(err, about)
}

// dropMetadata removes an item from the volume's metadata; that it is not there is no error. Block Storage API v3:
// "Delete a volume's metadata".
func (s storages) dropMetadata(ctx context.Context, about subject, key string) error {
	if !isUUID(about.id) {
		return absent(about)
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	url := cinder.ServiceURL("volumes", about.id, "metadata", key)
	//nolint:bodyclose // likewise
	_, err = cinder.Delete(ctx, url, &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK}})
	if gophercloud.ResponseCodeIs(err, http.StatusNotFound) { // the volume's, or the item's
		_, err = s.volume(ctx, about)
	}
	return s.fault(err, about)
}
