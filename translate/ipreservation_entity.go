package translate

import (
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"

	"github.com/occigate/occigate/occi"
)

// ipReservationEntity maps a floating IP. Its one text, the description, is the title; without one that is the pool's
// name, as in ooi. A reservation is active whether it is used or not: rOCCI waits for that.
func ipReservationEntity(m *occi.Model, f floatingips.FloatingIP, t *templates, defined *tags) occi.Entity {
	e := occi.Entity{Kind: m.Kind(occi.IPReservationID), ID: f.ID}
	if !isLinkMark(f.Description) {
		e.Title = f.Description
	}
	if pool := t.poolOf(f.FloatingNetworkID); pool != nil {
		e.Mixins = append(e.Mixins, pool)
		e.Title = titleOr(e.Title, pool.Title)
	}
	e.Mixins = append(e.Mixins, defined.among(slices.Values(f.Tags))...)
	state, message := networkActive, ""
	if f.Status == "ERROR" {
		state, message = floatingIPState(f.Status)
	}
	e.Attributes.SetText("occi.network.state", state)
	e.Attributes.SetText("occi.network.state.message", message)
	e.Attributes.SetText("occi.ipreservation.address", f.FloatingIP)
	e.Attributes.Set("occi.ipreservation.used", occi.Boolean(f.PortID != ""))
	e.Attributes.SetText("occi.ipreservation.state", state)
	return e
}

// ipReservationCreateOpts maps a reservation that a client wants, without its pool. Whether a client may choose the
// address, Neutron's policy decides: usually only administrators may.
func ipReservationCreateOpts(e *occi.Entity) (floatingips.CreateOpts, error) {
	for _, name := range []string{"occi.network.vlan", "occi.network.label"} {
		if !e.Attributes.Get(name).IsZero() {
			return floatingips.CreateOpts{}, occi.Errorf(occi.Unimplemented, "attribute %s of an ipreservation is not offered: leave it out", name)
		}
	}
	switch {
	case len(e.Links) > 0:
		return floatingips.CreateOpts{}, occi.Errorf(occi.Invalid, "an ipreservation has no links of its own: link the compute to it")
	case e.Summary != "":
		return floatingips.CreateOpts{}, occi.Errorf(occi.Unimplemented, "OpenStack keeps one text for an ipreservation, its title: leave occi.core.summary out")
	}
	if err := checkReservationTitle(e.Title); err != nil {
		return floatingips.CreateOpts{}, err
	}
	opts := floatingips.CreateOpts{Description: e.Title}
	if address := e.Attributes.Text("occi.ipreservation.address"); address != "" {
		ip, err := parseAddress("occi.ipreservation.address", address)
		if err != nil {
			return floatingips.CreateOpts{}, err
		}
		opts.FloatingIP = ip.String()
	}
	return opts, nil
}

// checkReservationTitle refuses the text that marks the addresses of links.
func checkReservationTitle(title string) error {
	if isLinkMark(title) {
		return occi.Errorf(occi.Invalid, "an ipreservation cannot have the title %q", title)
	}
	return nil
}
