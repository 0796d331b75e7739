package translate

import (
	"slices"

	"github.com/occigate/occigate/occi"
)

// computeChange is what an update makes of a compute.
type computeChange struct {
	tags     tagChange
	metadata metadataChange
	texts    serverTexts
	imageID  string        // "" keeps the disk
	flavorID string        // "" keeps the size
	links    []occi.Entity // to be added
	console  string        // type of the console to show; "" shows none
	password string        // of the administrator; "" keeps it
}

// serverTexts is the body of Nova's "Update server"; nil leaves a text as it is.
type serverTexts struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
	Hostname    *string `json:"hostname,omitempty"`
}

// planComputeChange compares what a client wants with what there is. What the client sends back as it read it
// is no change (pOCCI puts the whole rendering), and what it leaves out stays as it is,
// since Nova can unset none of it.
func planComputeChange(now *occi.Entity, change *occi.Change) (computeChange, error) {
	plan := computeChange{texts: serverTexts{
		Name:        changed(now.Title, change.Title),
		Description: changed(now.Summary, change.Summary),
	}}
	for _, x := range change.Mixins {
		if err := checkMixinChange(now, x); err != nil {
			return computeChange{}, err
		}
	}
	var err error
	if plan.console, err = wantedConsole(change); err != nil {
		return computeChange{}, err
	}
	if plan.password, err = wantedPassword(&change.Entity); err != nil {
		return computeChange{}, err
	}
	if plan.tags, err = planTags(now, change); err != nil {
		return computeChange{}, err
	}
	if plan.metadata, err = planMetadata(now, change); err != nil {
		return computeChange{}, err
	}
	if plan.imageID, err = newTemplateOf(now, change, occi.OSTemplateID); err != nil {
		return computeChange{}, err
	}
	if plan.flavorID, err = newTemplateOf(now, change, occi.ResourceTemplateID); err != nil {
		return computeChange{}, err
	}
	if plan.imageID != "" && plan.flavorID != "" {
		return computeChange{}, occi.Errorf(occi.Invalid, "a compute is given another OS template and another size in two requests")
	}
	for _, p := range change.Attributes {
		if err := plan.addAttribute(now, p); err != nil {
			return computeChange{}, err
		}
	}
	for i := range change.Links {
		if err := plan.addLink(now, &change.Links[i], change.Full); err != nil {
			return computeChange{}, err
		}
	}
	return plan, nil
}

// newTemplateOf returns the id of the template that a compute is to have instead of the one it has, "" if it stays.
func newTemplateOf(now *occi.Entity, change *occi.Change, root occi.ID) (string, error) {
	id, err := templateOf(&change.Entity, root)
	if id != "" && now.Mixin(change.MixinsOf(root)[0].ID) != nil {
		id = ""
	}
	return id, err
}

// checkMixinChange refuses mixins that a compute cannot be given any more.
func checkMixinChange(now *occi.Entity, x *occi.Mixin) error {
	switch {
	case now.Mixin(x.ID) != nil, x.User, x.IsTemplate(), x.ID == occi.OSTemplateID, x.ID == occi.ResourceTemplateID,
		x.ID == consoleID, x.ID == adminPasswordID, x.ID == metadataID:
		return nil
	case isContext(x.ID):
		// GFD.224 §3.5.2: given once, not updatable.
		return occi.Errorf(occi.Forbidden, "contextualization is given when a compute is created: mixin %s cannot be added later", x.ID)
	default:
		return occi.Errorf(occi.Unimplemented, "mixin %s cannot be added to a compute that exists", x.ID)
	}
}

// addAttribute adds what becomes of an attribute. A resource template overrides sizes (GFD.224 §3.5.2).
func (plan *computeChange) addAttribute(now *occi.Entity, wanted occi.Pair) error {
	isSize := slices.Contains([]string{"occi.compute.cores", "occi.compute.memory", ephemeralSize}, wanted.Name)
	switch {
	case sameValue(now.Attributes.Get(wanted.Name), wanted.Value), isSize && plan.flavorID != "":
		return nil
	case wanted.Name == consoleType, wanted.Name == adminPassword, wanted.Name == computeMetadata:
		return nil // see wantedConsole, wantedPassword and planMetadata
	case wanted.Name == consoleURL:
		return occi.Errorf(occi.Forbidden, "attribute %s is set by the provider", wanted.Name)
	case wanted.Name == "occi.compute.hostname":
		hostname, err := novaHostname(wanted.Value.Text())
		if err == nil {
			plan.texts.Hostname = changed(now.Attributes.Text(wanted.Name), hostname)
		}
		return err
	case isSize:
		return occi.Errorf(occi.Unimplemented, "attribute %s of a compute follows its resource template: choose another one", wanted.Name)
	case isImmutable(now, wanted.Name):
		return occi.Errorf(occi.Forbidden, "attribute %s is set by the provider", wanted.Name)
	default:
		return occi.Errorf(occi.Unimplemented, "attribute %s of a compute cannot be changed", wanted.Name)
	}
}

// sameValue compares numbers as numbers, since 4, 4.0 and "4" are equal.
func sameValue(a, b occi.Value) bool {
	if occi.Echoes(b.Text(), a.Text()) {
		return true
	}
	m, isNumber := a.Float()
	n, areNumbers := b.Float()
	return isNumber && areNumbers && m == n
}

// addLink adds a link that is not there: a POST attaches, a PUT only repeats what is. A link with an id is one
// that is there only if it has that id: the compute may want a second interface to a network.
func (plan *computeChange) addLink(now, wanted *occi.Entity, full bool) error {
	i := slices.IndexFunc(now.Links, func(have occi.Entity) bool {
		if wanted.ID != "" {
			return have.ID == wanted.ID
		}
		return have.Kind.ID == wanted.Kind.ID && have.Target.Kind.ID == wanted.Target.Kind.ID && have.Target.ID == wanted.Target.ID
	})
	switch {
	case i >= 0:
		return repeats(&now.Links[i], wanted)
	case full:
		return occi.Errorf(occi.Invalid, "PUT cannot link %s %q: use POST", wanted.Target.Kind.Term, clip(wanted.Target.ID, 80))
	}
	link := *wanted
	link.Source = now.Ref()
	plan.links = append(plan.links, link)
	return nil
}

// repeats refuses a link that differs from the one there is.
func repeats(have, wanted *occi.Entity) error {
	change := &occi.Change{Entity: *wanted}
	retag, err := planTags(have, change)
	if err == nil && len(retag.add) > 0 {
		err = occi.Errorf(occi.Invalid, "mixins are put on a %s that exists by updating the %[1]s", have.Kind.Term)
	}
	if err != nil {
		return err
	}
	return noChange(have, change)
}
