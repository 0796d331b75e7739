package translate

import (
	"context"
	"errors"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/pagination"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/keystone"
)

// loadTemplates asks Glance, Nova and Neutron for everything the caller can use, in one round of calls. Without images
// and flavors there is nothing to use; extras are additions.
func (c *Cloud) loadTemplates(ctx context.Context) (*templates, error) {
	var all []image
	var sizes []flavors.Flavor
	var more extras
	round, ctx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		all, err = c.listImages(ctx)
		return offered(err)
	})
	round.Go(func() (err error) {
		sizes, err = c.listFlavors(ctx)
		return offered(err)
	})
	round.Go(func() (err error) {
		more, err = c.loadExtras(ctx)
		return err
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	mixins := append(more.mixins(), profileMixins(sizes, c.translator.options)...)
	t := newTemplates(c.translator.base, all, sizes, mixins...)
	t.model, t.extras = t.model.WithGaps(more.gaps...), more
	return t, nil
}

// offered takes the error off a listing of a service that the cloud does not have: it has no such
// templates then.
func offered(err error) error {
	if missing, ok := errors.AsType[*keystone.Error](err); ok && missing.Kind == keystone.NoService {
		return nil
	}
	return err
}

// permitted takes the error off a listing that the cloud does not have, or does not show to the caller.
func permitted(err error) error {
	if gophercloud.ResponseCodeIs(err, http.StatusForbidden) || gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		return nil
	}
	return offered(err)
}

// imagePage is how many images are asked for at once: without a limit Glance gives 25.
const imagePage = 1000

// listImages lists the images that Glance shows the project, those that are being saved included.
func (c *Cloud) listImages(ctx context.Context) ([]image, error) {
	glance, err := c.session.Image()
	if err != nil {
		return nil, err
	}
	return pages(func(marker string) ([]image, bool, error) {
		list := images.List(glance, images.ListOpts{
			Status: "in:active,queued,saving", Limit: imagePage, Marker: marker,
		})
		return firstPage(ctx, list, extractImages)
	}, func(i image) string { return i.ID })
}

func extractImages(page pagination.Page) ([]image, error) {
	var body struct {
		Images []image `json:"images"`
	}
	err := page.(images.ImagePage).ExtractInto(&body)
	return body.Images, err
}

// listFlavors lists the flavors that the project may use.
func (c *Cloud) listFlavors(ctx context.Context) ([]flavors.Flavor, error) {
	nova, err := c.session.Compute(c.novaVersion(ctx).forFlavors())
	if err != nil {
		return nil, err
	}
	return pages(func(marker string) ([]flavors.Flavor, bool, error) {
		return firstPage(ctx, flavors.ListDetail(nova, flavors.ListOpts{Marker: marker}), flavors.ExtractFlavors)
	}, func(f flavors.Flavor) string { return f.ID })
}
