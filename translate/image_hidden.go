package translate

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/occigate/occigate/occi"
)

// hiddenImages are images that a project's servers were made from and that it has not (any more): deleted ones, and ones
// that are no longer shared or shown. They are templates all the same, for who reads such a compute: rOCCI 5 reads no
// entity with a category that is not in the model, and reads the model just before. So an image is noted when a compute is
// read, and from the next request on it is in the model and on the compute. Immutable; nil has none.
type hiddenImages struct {
	templates []*occi.Mixin
	latest    atomic.Pointer[hiddenModel] // the model last asked for: mostly it is asked for again
}

type hiddenModel struct{ without, with *occi.Model }

// maxHidden bounds how many images are noted for a project.
const maxHidden = 100

// template returns the mixin of an image that is noted, or nil.
func (h *hiddenImages) template(imageID string) *occi.Mixin {
	if h == nil || imageID == "" {
		return nil
	}
	term := templateTerm(imageID)
	if i := slices.IndexFunc(h.templates, func(x *occi.Mixin) bool { return x.Term == term }); i >= 0 {
		return h.templates[i]
	}
	return nil
}

// model adds the images to a model that lacks them.
func (h *hiddenImages) model(without *occi.Model) *occi.Model {
	if h == nil {
		return without
	}
	if latest := h.latest.Load(); latest != nil && latest.without == without {
		return latest.with
	}
	missing := slices.DeleteFunc(slices.Clone(h.templates), func(x *occi.Mixin) bool { return without.Mixin(x.ID) != nil })
	made := &hiddenModel{without, without.With(missing...)}
	h.latest.Store(made)
	return made.with
}

// noting returns the images with others besides, unless there are too many.
func (h *hiddenImages) noting(imageIDs []string) *hiddenImages {
	noted := &hiddenImages{}
	if h != nil {
		noted.templates = slices.Clone(h.templates)
	}
	for _, id := range imageIDs {
		if noted.template(id) == nil && len(noted.templates) < maxHidden {
			noted.templates = append(noted.templates, osTemplate(image{ID: id}))
		}
	}
	return noted
}

// hiddenCache has the hidden images of each project that was asked for lately.
type hiddenCache = otter.Cache[templateKey, *hiddenImages]

func newHiddenCache(o Options, now func() time.Time) (*hiddenCache, error) {
	return otter.New(&otter.Options[templateKey, *hiddenImages]{
		MaximumSize:      o.TemplateProjects,
		ExpiryCalculator: otter.ExpiryAccessing[templateKey, *hiddenImages](staleLimit * o.TemplateTTL),
		Clock:            cacheClock{now},
		Executor:         func(task func()) { task() }, // its upkeep is part of the call that causes it
	})
}

// hidden returns the images that are noted for the caller's project.
func (c *Cloud) hidden() *hiddenImages {
	h, _ := c.translator.hidden.GetIfPresent(c.templateKey())
	return h
}

// noteHidden notes the images of servers that are not among the templates, if these could be had.
func (c *Cloud) noteHidden(t *templates, servers ...server) {
	if t == nil {
		return
	}
	known := c.hidden()
	var unknown []string
	for _, s := range servers {
		if id := string(s.Image); id != "" && t.imageByID(id) == nil && known.template(id) == nil {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return
	}
	c.translator.hidden.Compute(c.templateKey(), func(before *hiddenImages, _ bool) (*hiddenImages, otter.ComputeOp) {
		return before.noting(unknown), otter.WriteOp
	})
}
