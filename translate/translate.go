package translate

import (
	"context"
	"errors"
	"time"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
)

// Options configure a Translator. Keystone is required; zero values of the rest mean the documented default.
type Options struct {
	Keystone         *keystone.Client
	TemplateTTL      time.Duration // how long images and flavors are cached per project; default 60 s
	TemplateProjects int           // how many projects' templates, and definitions, are cached; default 1000
	OSTemplate       string        // image id or name for computes created without an os_tpl; "" refuses them
	ResourceTemplate string        // flavor id or name for computes created without resource_tpl and sizes; "" refuses them
	Profile          bool          // offer the Compute Resource Templates Profile
	// ProfileFlavors are flavors, by id or name, that terms of the profile mean; the others mean the smallest that fits.
	ProfileFlavors map[string]string
	DefaultNetwork string // id or name of the network of computes created without one; "" leaves it to Nova
	DefaultName    string // name of computes created without title and hostname; default "occi"
	ConfirmResize  bool   // confirm resizes instead of leaving them to Nova's resize_confirm_window
	// RepeatWindow is how long after a creation another one with the same id of the client's is taken for its repetition;
	// 0 makes another compute each time.
	RepeatWindow    time.Duration
	AttachRouter    bool   // connect created networks to the project's router
	DefaultExternal string // id or name of the external network meant when none is named; default Neutron's own

	// Definitions keeps the mixins that users define; nil if they cannot define any.
	Definitions Definitions
	// DefinitionTTL is how long a project's definitions are cached, and so how long after a change another gateway on
	// the same store may not know of it; default 5 s.
	DefinitionTTL time.Duration

	// CacheEvent is told the result of each look into the template cache: one of CacheHit, CacheMiss and
	// CacheStale. It may be called by several goroutines at once.
	CacheEvent func(result string)
}

// Translator answers OCCI requests with OpenStack. It holds what outlives a request: the model that all
// callers share and the caches of templates and definitions. It is safe for concurrent use.
type Translator struct {
	options   Options
	base      *occi.Model // without templates; its kinds are those of every entity
	templates *cache[templateKey, *templates]
	tags      *cache[projectKey, *tags]
	creations turns // of computes, by caller and the id that the client gave

	defaultNetworks *cache[templateKey, string]
	hidden          *hiddenCache
	volumeOffers    *cache[templateKey, *volumeOffers]
	noOffers        *volumeOffers // in the place of those that cannot be had
}

// New makes a Translator. It sends nothing.
func New(o Options) (*Translator, error) {
	if o.Keystone == nil {
		return nil, errors.New("translate: Keystone is required")
	}
	o = o.withDefaults()
	base := baseModel()
	templates, err := newTemplateCache(o, time.Now)
	if err != nil {
		return nil, err
	}
	tags, err := newTagCache(o, time.Now)
	if err != nil {
		return nil, err
	}
	defaultNetworks, err := newDefaultNetworkCache(o, time.Now)
	if err != nil {
		return nil, err
	}
	volumeOffers, err := newOfferCache(o, time.Now)
	if err != nil {
		return nil, err
	}
	hidden, err := newHiddenCache(o, time.Now)
	if err != nil {
		return nil, err
	}
	return &Translator{
		options: o, base: base, templates: templates, tags: tags, defaultNetworks: defaultNetworks,
		volumeOffers: volumeOffers, noOffers: missingOffers(), hidden: hidden,
	}, nil
}

// baseModel is the standard's model with the mixins that every project of every cloud has.
func baseModel() *occi.Model {
	own := append(contextMixins(), bootVolumeMixin(), consoleMixin(), adminPasswordMixin(), metadataMixin(),
		availabilityZoneRoot(), serverGroupRoot(), floatingPoolRoot())
	return occi.Infrastructure().With(own...).With(addressMixins()...).With(storageMixins()...)
}

func (o Options) withDefaults() Options {
	if o.TemplateTTL <= 0 {
		o.TemplateTTL = time.Minute
	}
	if o.TemplateProjects <= 0 {
		o.TemplateProjects = 1000
	}
	if o.DefinitionTTL <= 0 {
		o.DefinitionTTL = 5 * time.Second
	}
	if o.DefaultName == "" {
		o.DefaultName = "occi"
	}
	if o.CacheEvent == nil {
		o.CacheEvent = func(string) {}
	}
	return o
}

// Connect recognises the sender of a request and returns the cloud as they see it.
// Errors are *occi.Error.
func (t *Translator) Connect(ctx context.Context, r keystone.Request) (*Cloud, error) {
	session, err := t.options.Keystone.Session(ctx, r)
	if err != nil {
		return nil, fault(err, subject{})
	}
	return &Cloud{translator: t, session: session}, nil
}
