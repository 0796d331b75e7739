package translate

import (
	"context"
	"fmt"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// ipReservations translates IP reservations to those of Neutron's floating IPs that are no link's.
type ipReservations struct{ *Cloud }

func (r ipReservations) list(ctx context.Context, q occi.Query, full bool) ([]occi.Entity, error) {
	var all []floatingips.FloatingIP
	var t *templates
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		all, err = r.floatingIPs(roundCtx, floatingips.ListOpts{})
		return err
	})
	side, cancel := aside(roundCtx)
	defer cancel()
	switch {
	case selects(q):
		round.Go(func() (err error) {
			t, err = r.templates(roundCtx)
			return err
		})
	case full:
		round.Go(func() error {
			t, _ = r.templates(side)
			return nil
		})
	}
	if err := round.Wait(); err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(f floatingips.FloatingIP) bool {
		return isOfLink(f) || q.Own && !slices.Contains(f.Tags, creatorTag(r.UserID()))
	})
	defined, err := r.listed(ctx, q, slices.ContainsFunc(all, isTaggedFloatingIP))
	if err != nil {
		return nil, err
	}
	entities := make([]occi.Entity, len(all))
	for i, f := range all {
		entities[i] = ipReservationEntity(r.translator.base, f, t, defined)
	}
	return pick(entities, q, full), nil
}

func (r ipReservations) get(ctx context.Context, id string) (*occi.Entity, error) {
	var f *floatingips.FloatingIP
	var t *templates
	round, roundCtx := errgroup.WithContext(ctx)
	round.Go(func() (err error) {
		f, err = r.reservation(roundCtx, addressed(occi.IPReservationID, id))
		return err
	})
	side, cancel := aside(roundCtx)
	defer cancel()
	round.Go(func() error {
		t, _ = r.templates(side)
		return nil
	})
	if err := round.Wait(); err != nil {
		return nil, err
	}
	e := ipReservationEntity(r.translator.base, *f, t, r.shown(ctx, isTaggedFloatingIP(*f)))
	return &e, nil
}

// create takes an address from the pool that is named, else from the default external network, and says in its tags who
// has done so.
func (r ipReservations) create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	opts, err := ipReservationCreateOpts(e)
	if err != nil {
		return nil, err
	}
	t, err := r.templates(ctx)
	if err != nil {
		return nil, err
	}
	if opts.FloatingNetworkID, err = r.wantedPublic(ctx, e); err != nil {
		return nil, err
	}
	neutron, err := r.neutron()
	if err != nil {
		return nil, err
	}
	f, err := floatingips.Create(ctx, neutron, opts).Extract()
	if err != nil {
		return nil, r.lostReservation(ctx, opts, err)
	}
	var undo undo
	undo.push(fmt.Sprintf("ipreservation %q", f.ID), func(ctx context.Context) error {
		return gone(floatingips.Delete(ctx, neutron, f.ID).ExtractErr())
	})
	wanted := userMixins(e.Mixins)
	if f.Tags, err = r.sign(ctx, neutron, "floatingips", f.ID, wanted); err != nil {
		return nil, undo.after(ctx, err)
	}
	made := ipReservationEntity(r.translator.base, *f, t, newTags(r.ProjectID(), wanted))
	return &made, nil
}

// lostReservation tells what a reservation may be whose creation got no answer: one of the same pool and title, and new,
// that nobody has signed or uses.
func (r ipReservations) lostReservation(ctx context.Context, opts floatingips.CreateOpts, cause error) error {
	failure := r.fault(cause, named(occi.NetworkID, opts.FloatingNetworkID))
	if isRefusal(cause) {
		return failure
	}
	return suspects(ctx, failure, occi.IPReservationID.Term, opts.Description, func(ctx context.Context) ([]string, error) {
		all, err := r.floatingIPs(ctx, floatingips.ListOpts{FloatingNetworkID: opts.FloatingNetworkID})
		var ids []string
		for _, f := range all {
			if f.Description == opts.Description && f.PortID == "" && len(f.Tags) == 0 && isRecent(f.CreatedAt) {
				ids = append(ids, f.ID)
			}
		}
		return ids, err
	})
}

// update changes title and tags.
func (r ipReservations) update(ctx context.Context, change *occi.Change) (*occi.Entity, error) {
	now, err := r.get(ctx, change.ID)
	if err != nil {
		return nil, err
	}
	if changed(now.Summary, change.Summary) != nil {
		return nil, occi.Errorf(occi.Unimplemented, "OpenStack keeps one text for an ipreservation, its title")
	}
	if err := checkReservationTitle(change.Title); err != nil {
		return nil, err
	}
	if err := onlyTexts(now, change); err != nil {
		return nil, err
	}
	retag, err := planTags(now, change)
	if err != nil {
		return nil, err
	}
	var undo undo
	if err := retag.apply(ctx, r, now, &undo); err != nil {
		return nil, undo.after(ctx, err)
	}
	title := changed(now.Title, change.Title)
	if title == nil {
		return now, nil
	}
	neutron, err := r.neutron()
	if err != nil {
		return nil, undo.after(ctx, err)
	}
	err = floatingips.Update(ctx, neutron, now.ID, floatingips.UpdateOpts{Description: title}).Err
	if err != nil {
		if !isRefusal(err) {
			undo.push("the title of ipreservation "+now.ID, func(ctx context.Context) error {
				return gone(floatingips.Update(ctx, neutron, now.ID, floatingips.UpdateOpts{Description: &now.Title}).Err)
			})
		}
		return nil, undo.after(ctx, r.fault(err, addressed(occi.IPReservationID, now.ID)))
	}
	now.Title = *title
	return now, nil
}

// delete gives the address back. Neutron would take it from a compute that uses it, so that is looked up first.
func (r ipReservations) delete(ctx context.Context, id string) error {
	about := addressed(occi.IPReservationID, id)
	f, err := r.reservation(ctx, about)
	if err != nil {
		return err
	}
	if f.PortID != "" {
		return occi.Errorf(occi.Conflict, "ipreservation %q is in use: remove its link first", id)
	}
	neutron, err := r.neutron()
	if err != nil {
		return err
	}
	return r.fault(floatingips.Delete(ctx, neutron, id).ExtractErr(), about)
}

func (r ipReservations) act(_ context.Context, _ string, invocation *occi.Invocation) (*occi.Mixin, error) {
	return nil, noAction(r.kind(occi.IPReservationID), invocation)
}

func (r ipReservations) tag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	about := addressed(occi.IPReservationID, id)
	if _, err := r.reservation(ctx, about); err != nil {
		return err
	}
	return r.addTags(ctx, "floatingips", about, mixins)
}

func (r ipReservations) untag(ctx context.Context, id string, mixins []*occi.Mixin) error {
	about := addressed(occi.IPReservationID, id)
	if _, err := r.reservation(ctx, about); err != nil {
		return err
	}
	return r.removeTags(ctx, "floatingips", about, mixins)
}
