package gateway

import (
	"net/http"
	"slices"

	"github.com/occigate/occigate/occi"
)

// actOnMembers invokes an action on every member of a collection, or on those that the query of the URL selects
// (GFD.223 §11.3.3). The header fields are the invocation's. Nothing is done unless all members offer the action
// (GFD.185 §3.6.4); those that are already where it leads have nothing left to do (doyouspeakOCCI starts computes that
// it has just created).
func actOnMembers(q *request, c collection, term string) (*reply, error) {
	eventOf(q.Context()).action = term
	if q.wantsListing() {
		return nil, errNoListing()
	}
	if err := q.selectsOnly("action"); err != nil {
		return nil, err
	}
	if len(c.kinds) != 1 && c.mixin == nil {
		return nil, occi.Errorf(occi.Invalid, "actions are invoked on the collection of a kind or mixin, as in POST %s?action=%s",
			q.urls.Path(c.kinds[0].Location), clip(term))
	}
	message, model, err := q.messageAndModel()
	if err != nil {
		return nil, err
	}
	invocation, err := message.BindAction(model, term)
	if err != nil {
		return nil, err
	}
	if c.mixin == nil && !isDefined(model, c.kinds[0], invocation.Action.ID) {
		return nil, errUndefined(c.kinds[0], term)
	}
	filter, err := q.filterWith(c, &occi.Message{})
	if err != nil {
		return nil, err
	}
	members, err := q.members(filter, true)
	if err != nil {
		return nil, err
	}
	waiting, err := q.waitingFor(model, members, invocation.Action)
	if err != nil {
		return nil, err
	}
	made, err := q.actOn(waiting, invocation)
	if err != nil {
		return nil, err
	}
	rep := &reply{status: http.StatusOK}
	if len(made) > 0 {
		rep.render = func(rd occi.Renderer) (occi.Rendering, error) { return rd.Model(nil, made, nil) }
	}
	return rep, nil
}

// actOn invokes the action on each entity and returns the mixins that were made (save), in the order of the entities.
func (q *request) actOn(entities []occi.Entity, invocation *occi.Invocation) ([]*occi.Mixin, error) {
	made := make([]*occi.Mixin, len(entities))
	err := forEach(len(entities), false, func(i int) (err error) {
		made[i], err = q.cloud.Act(q.Context(), entities[i].Ref(), invocation)
		return err
	}).err("done")
	return slices.DeleteFunc(made, func(x *occi.Mixin) bool { return x == nil }), err
}

// waitingFor returns the members that the action is still to be invoked on. One that neither offers it nor is where it
// leads makes the action a conflict.
func (q *request) waitingFor(model *occi.Model, members []occi.Entity, action *occi.Action) ([]occi.Entity, error) {
	var waiting []occi.Entity
	for i := range members {
		e := &members[i]
		switch {
		case slices.Contains(e.Actions, action.ID):
			waiting = append(waiting, *e)
		case !isDefined(model, e.Kind, action.ID):
			return nil, errUndefined(e.Kind, action.Term)
		case !isThere(e, action.ID):
			return nil, occi.Errorf(occi.Conflict, "nothing was done: %s does not offer %s now, it is %s",
				q.urls.EntityPath(e.Ref()), action.Term, stateOf(e))
		}
	}
	return waiting, nil
}

// isDefined reports whether the kind, or a mixin that its entities can carry, has the action.
func isDefined(model *occi.Model, kind *occi.Kind, action occi.ID) bool {
	return slices.Contains(kind.Actions, action) ||
		slices.ContainsFunc(model.Mixins(), func(x *occi.Mixin) bool {
			return slices.Contains(x.Actions, action) && x.AppliesTo(kind.ID)
		})
}

func errUndefined(kind *occi.Kind, term string) error {
	return occi.Errorf(occi.Invalid, "a %s has no action %q", kind.Term, clip(term))
}

// isThere reports whether the entity is in the state that the action leads to (GFD.224 §3.1–3.3). Restarting leads
// back to where it begins, so it is never done already.
func isThere(e *occi.Entity, action occi.ID) bool {
	state := stateOf(e)
	switch action {
	case occi.StartID, occi.UpID:
		return state == "active"
	case occi.StopID, occi.DownID:
		return state == "inactive"
	case occi.SuspendID:
		return state == "suspended"
	case occi.OnlineID:
		return state == "online"
	case occi.OfflineID:
		return state == "offline"
	}
	return false
}

func stateOf(e *occi.Entity) string { return e.Attributes.Text("occi." + e.Kind.Term + ".state") }
