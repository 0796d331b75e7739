package translate

import (
	"github.com/occigate/occigate/occi"
)

// Scheme and location of the networks that floating IPs come from; the scheme is ooi's.
const (
	floatingPoolScheme   = "http://schemas.openstack.org/network/floatingippool#"
	floatingPoolLocation = "/floatingippool/"
)

// floatingPoolID is the root that every pool depends on. On its own it means the default pool.
var floatingPoolID = occi.ID{Scheme: "http://schemas.openstack.org/network#", Term: "floatingippool"}

// withPools are the kinds that have an address of a pool: in pools, these are kept or come with a link.
var withPools = []occi.ID{occi.IPReservationID, occi.NetworkInterfaceID}

// floatingPoolRoot is the mixin that every pool depends on. It is there without any pool, too.
func floatingPoolRoot() *occi.Mixin {
	return &occi.Mixin{
		ID: floatingPoolID, Title: "Floating IP pool", Applies: withPools, Location: floatingPoolLocation,
	}
}

// floatingPool is the mixin of an external network. Networks may share a name, so the term is the id, and the name an
// alias: ooi's term was the name.
func floatingPool(n neutronNetwork) *occi.Mixin {
	term := templateTerm(n.ID)
	return &occi.Mixin{
		ID:       occi.ID{Scheme: floatingPoolScheme, Term: term},
		Title:    titleOr(n.Name, n.ID),
		Depends:  []occi.ID{floatingPoolID},
		Applies:  withPools,
		Location: floatingPoolLocation + term + "/",
		Aliases:  templateAliases(term, n.ID, n.Name),
	}
}

// poolOf returns the mixin of an external network by its id, or nil if the project does not see it (any more).
func (t *templates) poolOf(networkID string) *occi.Mixin {
	if t == nil {
		return nil
	}
	return t.model.Mixin(occi.ID{Scheme: floatingPoolScheme, Term: templateTerm(networkID)})
}

// poolNetwork returns the id of the external network whose pool an entity names, "" if it names none.
func poolNetwork(e *occi.Entity) (string, error) {
	networkID := ""
	for _, x := range e.MixinsOf(floatingPoolID) {
		id, ok := templateID(x.Term)
		switch {
		case x.User || !ok:
		case networkID != "":
			return "", occi.Errorf(occi.Invalid, "the request names two pools, %q and %q", networkID, id)
		default:
			networkID = id
		}
	}
	return networkID, nil
}
