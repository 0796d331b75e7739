package translate

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/occigate/occigate/occi"
)

// tagPrefix begins the keys under which OpenStack's things carry user-defined mixins, also known as tags.
const tagPrefix = "occi.mixin."

// tagKey returns the key of a project's mixin: one of fixed length, since Neutron's tags have at most 60 characters.
// The project belongs to it, because networks and volumes can be seen in other projects, or move there.
func tagKey(projectID string, id occi.ID) string {
	sum := sha256.Sum256([]byte(projectID + " " + id.String()))
	return tagPrefix + hex.EncodeToString(sum[:16])
}

// tagValue is what stands next to the key where there is room for it: for people, nobody else reads it.
func tagValue(id occi.ID) string {
	const most = 250 // of the 255 that Nova and Cinder take
	return clip(id.String(), most)
}

// linkTagKey returns the key for the link from a server to a volume. It is carried by the server, since an attachment
// has no room for it.
func linkTagKey(key, volumeID string) string { return key + "." + volumeID }

// tags are the user-defined mixins of a project. They are immutable and shared by requests; nil has none.
type tags struct {
	mixins []*occi.Mixin  // in the order of their definition
	places map[string]int // in mixins, by key
	keys   []string       // likewise ordered
	latest atomic.Pointer[taggedModel]
}

// taggedModel is a model with tags, and the one without them.
type taggedModel struct{ without, with *occi.Model }

func newTags(projectID string, mixins []*occi.Mixin) *tags {
	t := &tags{mixins: mixins, places: make(map[string]int, len(mixins))}
	for i, x := range mixins {
		key := tagKey(projectID, x.ID)
		t.keys = append(t.keys, key)
		t.places[key] = i
	}
	return t
}

// model returns the model that has the tags behind its mixins. Where a template has come to have the id or location of
// a tag, the template stays.
func (t *tags) model(without *occi.Model) *occi.Model {
	if len(t.mixins) == 0 {
		return without
	}
	if latest := t.latest.Load(); latest != nil && latest.without == without {
		return latest.with
	}
	free := slices.DeleteFunc(slices.Clone(t.mixins), func(x *occi.Mixin) bool {
		return without.Mixin(x.ID) != nil || without.MixinAt(x.Location) != nil
	})
	made := &taggedModel{without, without.With(free...)}
	t.latest.Store(made)
	return made.with
}

// among returns the tags that have one of the keys, in the order of their definition.
func (t *tags) among(keys iter.Seq[string]) []*occi.Mixin {
	if t == nil {
		return nil
	}
	var places []int
	for key := range keys {
		if i, ok := t.places[key]; ok {
			places = append(places, i)
		}
	}
	slices.Sort(places)
	var found []*occi.Mixin
	for _, i := range places {
		found = append(found, t.mixins[i])
	}
	return found
}

// amongLinks is among for the link from the server that has the keys to a volume.
func (t *tags) amongLinks(keys iter.Seq[string], volumeID string) []*occi.Mixin {
	return t.among(func(yield func(string) bool) {
		for key := range keys {
			if tag, ok := strings.CutSuffix(key, linkTagKey("", volumeID)); ok && !yield(tag) {
				return
			}
		}
	})
}

// sole returns the key that everything in the mixin's collection has, or "" if there is no such key: what carries a
// mixin that depends on this one is in its collection, too.
func (t *tags) sole(x *occi.Mixin) string {
	if slices.ContainsFunc(t.mixins, func(other *occi.Mixin) bool { return other.DependsOn(x.ID) }) {
		return ""
	}
	if i := slices.IndexFunc(t.mixins, func(other *occi.Mixin) bool { return other.ID == x.ID }); i >= 0 {
		return t.keys[i]
	}
	return ""
}

// applyTo reports whether any of the tags can be on entities of the kind.
func (t *tags) applyTo(kind occi.ID) bool {
	return t != nil && slices.ContainsFunc(t.mixins, func(x *occi.Mixin) bool { return x.AppliesTo(kind) })
}

// isTagged reports whether any of the keys can be that of a tag.
func isTagged(keys iter.Seq[string]) bool {
	for key := range keys {
		if strings.HasPrefix(key, tagPrefix) {
			return true
		}
	}
	return false
}

// userMixins returns those of an entity's mixins that users have defined.
func userMixins(all []*occi.Mixin) []*occi.Mixin {
	var found []*occi.Mixin
	for _, x := range all {
		if x.User {
			found = append(found, x)
		}
	}
	return found
}
