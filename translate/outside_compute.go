package translate

import (
	"context"
	"fmt"

	"github.com/occigate/occigate/occi"
)

// outsideLinks takes the links to the outside out of a compute that a client wants: Nova knows nothing of them.
func (c computes) outsideLinks(ctx context.Context, e *occi.Entity) (inside *occi.Entity, outside []*outsideWish, err error) {
	rest := *e
	rest.Links = nil
	for _, link := range e.Links {
		if link.Kind.ID != occi.NetworkInterfaceID {
			rest.Links = append(rest.Links, link)
			continue
		}
		wish, err := c.outside(ctx, &link)
		switch {
		case err != nil:
			return nil, nil, err
		case wish == nil:
			rest.Links = append(rest.Links, link)
			continue
		case wish.mac != "":
			return nil, nil, occi.Errorf(occi.Invalid, "a compute that is yet to be created has no interface with the MAC address %q", clip(wish.mac, 80))
		}
		outside = append(outside, wish)
	}
	return &rest, outside, nil
}

// checkReserved finds out whether the reservations that a new server is to be linked to are free, before there is one.
func (c computes) checkReserved(ctx context.Context, outside []*outsideWish) error {
	for _, wish := range outside {
		if !wish.isReserved() {
			continue
		}
		if _, err := c.reserved(ctx, wish); err != nil {
			return err
		}
	}
	return nil
}

// linkOutside gives a new server its links to the outside, as soon as it has the ports that they lead to. If one cannot
// be made, the server goes again with all of them.
func (c computes) linkOutside(ctx context.Context, id string, outside []*outsideWish) ([]occi.Entity, error) {
	var made []occi.Entity
	for _, wish := range outside {
		link, err := networkInterfaces(c).createOutside(ctx, id, wish, 0)
		if err != nil {
			var undo undo
			undo.push(fmt.Sprintf("compute %q", id), func(ctx context.Context) error { return unlessGone(c.delete(ctx, id)) })
			return nil, undo.after(ctx, err)
		}
		made = append(made, *link)
	}
	return made, nil
}
