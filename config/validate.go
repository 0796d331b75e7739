package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Validate tells whether the configuration is one that occigate can run with. Its
// error is an [*InvalidError] with every fault. It looks at nothing but c.
func (c Config) Validate() error {
	if faults := c.faults(); len(faults) > 0 {
		return &InvalidError{Faults: faults}
	}
	return nil
}

// faults are the faults of the values, in the order of Config.
func (c Config) faults() []Fault {
	var v validator
	if len(c.Listen) == 0 {
		v.fault("listen", "want at least one address")
	}
	v.addresses("listen", c.Listen)
	v.addresses("operations.listen", c.Operations.Listen)
	if c.PublicURL != "" && v.url("public_url", c.PublicURL) && strings.Count(c.PublicURL, "/") > len("//") {
		v.fault("public_url", "must end after host and port, got %q; paths are mounts", c.PublicURL)
	}
	v.notEmpty("title", c.Title)
	v.mounts("mounts", c.Mounts)
	v.together("tls.certificate_file", c.TLS.CertificateFile, "tls.key_file", c.TLS.KeyFile)
	if c.TLS.ClientCAFile != "" && c.TLS.CertificateFile == "" {
		v.fault("tls.client_ca_file", "needs tls.certificate_file: without TLS clients bring no certificate")
		v.faults[len(v.faults)-1].related = []string{"tls.certificate_file"}
	}
	v.keystone(c.Keystone)
	v.facade(c.LegacyKeystone, c.Mounts)
	v.voms(c)
	positive(&v, "templates.cache_ttl", c.Templates.CacheTTL)
	positive(&v, "templates.cache_projects", c.Templates.CacheProjects)
	for _, term := range slices.Sorted(maps.Keys(c.Templates.ProfileFlavors)) {
		oneOf(&v, "templates.profile_flavors."+term, term, "small", "medium", "large", "mem_small", "mem_medium", "mem_large")
	}
	v.notEmpty("compute.default_name", c.Compute.DefaultName)
	if c.Compute.RepeatWindow < 0 {
		v.fault("compute.repeat_window", "must not be negative, is %s", c.Compute.RepeatWindow)
	}
	v.mixins(c.Mixins)
	oneOf(&v, "collection_delete", c.CollectionDelete,
		CollectionDeleteOwn, CollectionDeleteProject, CollectionDeleteDeny)
	v.limits(c.Limits)
	v.timeouts(c.Timeouts)
	oneOf(&v, "log.level", c.Log.Level, LogDebug, LogInfo, LogWarn, LogError)
	oneOf(&v, "log.format", c.Log.Format, LogJSON, LogConsole)
	return v.faults
}

func (v *validator) keystone(k Keystone) {
	if k.URL == "" {
		v.fault("keystone.url", "required: the URL of Keystone, such as https://keystone.example.org:5000")
	} else {
		v.url("keystone.url", k.URL)
	}
	if k.Insecure && !k.InsecureIKnow {
		v.fault("keystone.insecure", "whoever is between reads every token: if that is meant, say keystone.insecure_i_know, too")
	}
	if k.PublicURL != "" {
		v.url("keystone.public_url", k.PublicURL)
	}
	oneOf(v, "keystone.interface", k.Interface, InterfacePublic, InterfaceInternal, InterfaceAdmin)
	for _, service := range slices.Sorted(maps.Keys(k.Endpoints)) {
		oneOf(v, "keystone.endpoints."+service, service, "compute", "image", "network", "volume")
		v.url("keystone.endpoints."+service, k.Endpoints[service])
	}
	for i, host := range k.Hosts {
		if host == "" || strings.ContainsAny(host, ":/@ ") || strings.Contains(strings.TrimPrefix(host, "*."), "*") {
			v.fault(fmt.Sprintf("keystone.hosts[%d]", i), `want a host name or "*.domain", got %q`, host)
		}
	}
	v.federation(k.Federation)
	if k.GuessLimit < 0 {
		v.fault("keystone.guess_limit", "must not be negative, is %d", k.GuessLimit)
	}
	positive(v, "keystone.cache.size", k.Cache.Size)
	positive(v, "keystone.cache.ttl", k.Cache.TTL)
	positive(v, "keystone.cache.outage_ttl", k.Cache.OutageTTL)
	if k.Cache.OutageTTL > 0 && k.Cache.OutageTTL < k.Cache.TTL {
		v.fault("keystone.cache.outage_ttl", "must not be shorter than keystone.cache.ttl (%s), is %s", k.Cache.TTL, k.Cache.OutageTTL)
		v.faults[len(v.faults)-1].related = []string{"keystone.cache.ttl"}
	}
	positive(v, "keystone.cache.negative_ttl", k.Cache.NegativeTTL)
	positive(v, "keystone.timeouts.connect", k.Timeouts.Connect)
	positive(v, "keystone.timeouts.tls", k.Timeouts.TLS)
	positive(v, "keystone.timeouts.first_byte", k.Timeouts.FirstByte)
	positive(v, "keystone.max_response", k.MaxResponse)
}

// facade wants nothing where Keystone's v2.0 API is served.
func (v *validator) facade(on bool, mounts []string) {
	for i, mount := range mounts {
		if on && (mount == "/keystone" || strings.HasPrefix(mount, "/keystone/")) {
			v.fault(fmt.Sprintf("mounts[%d]", i), "%q is where legacy_keystone is served", mount)
			v.faults[len(v.faults)-1].related = []string{"legacy_keystone"}
		}
	}
}

// federation wants protocols as provider/protocol, and a project for each key.
func (v *validator) federation(f Federation) {
	for i, protocol := range f.Protocols {
		provider, name, _ := strings.Cut(protocol, "/")
		if provider == "" || name == "" || strings.Contains(name, "/") {
			v.fault(fmt.Sprintf("keystone.federation.protocols[%d]", i), `want provider/protocol such as "egi.eu/openid", got %q`, protocol)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(f.Projects)) {
		v.notEmpty("keystone.federation.projects."+key, f.Projects[key])
	}
}

func (v *validator) mixins(m Mixins) {
	oneOf(v, "mixins.store", m.Store, MixinStoreNone, MixinStoreSQLite, MixinStoreMySQL)
	faults := len(v.faults)
	if m.Path != "" && m.Store != MixinStoreSQLite {
		v.fault("mixins.path", "is for the store %q, not %q", MixinStoreSQLite, m.Store)
	}
	switch {
	case m.DSNFile != "" && m.Store != MixinStoreMySQL:
		v.fault("mixins.dsn_file", "is for the store %q, not %q", MixinStoreMySQL, m.Store)
	case m.DSNFile == "" && m.Store == MixinStoreMySQL:
		v.fault("mixins.dsn_file", "required: a file with user:password@tcp(host:port)/database in it")
	}
	for i := range v.faults[faults:] {
		v.faults[faults+i].related = []string{"mixins.store"}
	}
	positive(v, "mixins.per_project", m.PerProject)
	positive(v, "mixins.cache_ttl", m.CacheTTL)
}

func (v *validator) limits(l Limits) {
	positive(v, "limits.body", l.Body)
	positive(v, "limits.headers", l.Headers)
	positive(v, "limits.in_flight", l.InFlight)
	positive(v, "limits.categories", l.Categories)
	positive(v, "limits.attributes", l.Attributes)
	positive(v, "limits.links", l.Links)
	positive(v, "limits.page_size", l.PageSize)
	positive(v, "limits.page_max", l.PageMax)
	if l.PageSize > l.PageMax {
		v.fault("limits.page_size", "must not be above limits.page_max (%d), is %d", l.PageMax, l.PageSize)
		v.faults[len(v.faults)-1].related = []string{"limits.page_max"}
	}
}

func (v *validator) timeouts(t Timeouts) {
	positive(v, "timeouts.header", t.Header)
	positive(v, "timeouts.body", t.Body)
	positive(v, "timeouts.read", t.Read)
	positive(v, "timeouts.change", t.Change)
	positive(v, "timeouts.idle", t.Idle)
	if t.DrainDelay < 0 {
		v.fault("timeouts.drain_delay", "must not be negative, is %s", t.DrainDelay)
	}
	positive(v, "timeouts.drain", t.Drain)
	v.shorter("timeouts.header", t.Header, "timeouts.body", t.Body)
	v.shorter("timeouts.read", t.Read, "timeouts.change", t.Change)
	v.shorter("timeouts.drain_delay", t.DrainDelay, "timeouts.drain", t.Drain)
}
