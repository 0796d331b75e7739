package config

import (
	"net/netip"
	"time"
)

// Config is everything an operator can decide. The koanf tags are the keys of the
// YAML file; the zero value is not usable, [Default] is.
type Config struct {
	// Listen are the addresses that serve OCCI, as host:port or :port.
	Listen []string `koanf:"listen"`
	// Operations is the second listener, for operators.
	Operations Operations `koanf:"operations"`
	// PublicURL is where clients reach the gateway, such as
	// https://occi.example.org; it begins every URL they are given. Empty: the
	// URL is taken from each request.
	PublicURL string `koanf:"public_url"`
	// Title is the heading of the page that browsers get at the root.
	Title string `koanf:"title"`
	// Mounts are the paths under which the whole service is found; "" is the root.
	Mounts []string `koanf:"mounts"`
	// TrustedProxies are the addresses whose forwarded headers are believed.
	TrustedProxies []netip.Prefix `koanf:"trusted_proxies"`
	// HTTP2 allows HTTP/2. It has no reason phrases, which some clients compare.
	HTTP2 bool `koanf:"http2"`
	// TLS is the server's certificate; without one the gateway speaks plain HTTP.
	TLS TLS `koanf:"tls"`
	// Keystone is the identity service, and through its catalog all the others.
	Keystone Keystone `koanf:"keystone"`
	// LegacyKeystone serves Keystone's v2.0 API at /keystone, translated to v3, for
	// clients that know no other, and sends clients without a token there.
	LegacyKeystone bool `koanf:"legacy_keystone"`
	// VOMS is sign-in with grid proxies that carry VOMS attributes.
	VOMS VOMS `koanf:"voms"`
	// Templates is the cache of what is offered as os_tpl and resource_tpl.
	Templates Templates `koanf:"templates"`
	// Defaults fill in what the creation of a compute leaves out.
	Defaults Defaults `koanf:"defaults"`
	// Compute is how compute resources are treated.
	Compute Compute `koanf:"compute"`
	// Network is how network resources are treated.
	Network Network `koanf:"network"`
	// Mixins is where the mixins that users define are kept.
	Mixins Mixins `koanf:"mixins"`
	// CollectionDelete is what DELETE on a whole collection removes.
	CollectionDelete CollectionDelete `koanf:"collection_delete"`
	// Limits are the bounds of what one client may send.
	Limits Limits `koanf:"limits"`
	// Timeouts are the bounds of how long anything may take.
	Timeouts Timeouts `koanf:"timeouts"`
	// Log is what is logged, and how.
	Log Log `koanf:"log"`
}

// Operations is the listener for health, metrics and version.
type Operations struct {
	// Listen are its addresses, as host:port. Empty: there is no such listener.
	Listen []string `koanf:"listen"`
}

// TLS names the server's certificate and key: both or neither. All files are read again
// when they change.
type TLS struct {
	// CertificateFile is a PEM file: the certificate, then its chain.
	CertificateFile string `koanf:"certificate_file"`
	// KeyFile is the PEM file of its private key.
	KeyFile string `koanf:"key_file"`
	// ClientCAFile is a PEM file: only clients with a certificate of one of these
	// authorities may connect. Empty: all may.
	ClientCAFile string `koanf:"client_ca_file"`
}

// Keystone is how the identity service is reached, and the others it names.
type Keystone struct {
	// URL is Keystone's address, such as https://keystone.example.org:5000. It is
	// the one setting without a default.
	URL string `koanf:"url"`
	// PublicURL is the address that clients are sent to for a token. Empty: URL.
	PublicURL string `koanf:"public_url"`
	// Region chooses among the catalog's endpoints. Empty: the only region, else the
	// first by name.
	Region string `koanf:"region"`
	// Interface chooses among the catalog's endpoints.
	Interface Interface `koanf:"interface"`
	// CAFile is a PEM bundle of authorities to trust, with those of CADir, instead of
	// the system's.
	CAFile string `koanf:"ca_file"`
	// CADir is a directory of PEM files of authorities to trust, see CAFile.
	CADir string `koanf:"ca_dir"`
	// Insecure accepts any certificate of OpenStack's services. For trying out only.
	Insecure bool `koanf:"insecure"`
	// InsecureIKnow is the second word that Insecure needs, so that nobody leaves it on
	// by accident.
	InsecureIKnow bool `koanf:"insecure_i_know"`
	// Endpoints replaces the catalog's URL of a service; the key is one of compute,
	// image, network and volume.
	Endpoints map[string]string `koanf:"endpoints"`
	// Hosts are those that the catalog may name, "*.example.org" for all below a domain.
	// None: any.
	Hosts []string `koanf:"hosts"`
	// PlainHTTP lets the catalog name http where URL is https.
	PlainHTTP bool `koanf:"plain_http"`
	// DefaultDomain is the id of the domain of users and projects that come without one.
	DefaultDomain string `koanf:"default_domain"`
	// Federation is sign-in with the access tokens of OpenID Connect providers.
	Federation Federation `koanf:"federation"`
	// Basic accepts user and password, or an application credential, in Authorization:
	// Basic of requests over TLS.
	Basic bool `koanf:"basic"`
	// GuessLimit is how many credentials that Keystone does not accept one address may
	// try in a minute. Zero: any number.
	GuessLimit int `koanf:"guess_limit"`
	// Cache is the cache of recognised credentials.
	Cache Cache `koanf:"cache"`
	// Timeouts are those of each call to an OpenStack service.
	Timeouts UpstreamTimeouts `koanf:"timeouts"`
	// MaxResponse is the largest answer accepted from an OpenStack service.
	MaxResponse ByteSize `koanf:"max_response"`
}

// Interface is a column of the service catalog.
type Interface string

// The interfaces of a service catalog.
const (
	InterfacePublic   Interface = "public"
	InterfaceInternal Interface = "internal"
	InterfaceAdmin    Interface = "admin"
)

// Federation is sign-in with Authorization: Bearer, which Keystone has to offer as
// OS-FEDERATION.
type Federation struct {
	// Protocols are tried in this order, each written provider/protocol, such as
	// egi.eu/openid. None: access tokens are not accepted.
	Protocols []string `koanf:"protocols"`
	// Projects are the projects, by id or name, of users who ask for none; the key is
	// the provider they come from, or provider/group with the id of a group of Keystone.
	Projects map[string]string `koanf:"projects"`
}

// Cache bounds the cache of recognised credentials.
type Cache struct {
	// Size is the number of good credentials remembered, and that of refused ones.
	Size int `koanf:"size"`
	// TTL is how long a good one is not asked about again; never past its expiry.
	TTL time.Duration `koanf:"ttl"`
	// OutageTTL is the same while Keystone does not answer, counted from when it did.
	OutageTTL time.Duration `koanf:"outage_ttl"`
	// NegativeTTL is the same for a refused one.
	NegativeTTL time.Duration `koanf:"negative_ttl"`
}

// UpstreamTimeouts bound the parts of one call to an OpenStack service.
type UpstreamTimeouts struct {
	// Connect bounds name resolution and TCP.
	Connect time.Duration `koanf:"connect"`
	// TLS bounds the TLS handshake.
	TLS time.Duration `koanf:"tls"`
	// FirstByte bounds the wait between the request sent and the answer's head.
	FirstByte time.Duration `koanf:"first_byte"`
}

// Templates bounds the cache of images, flavors and networks.
type Templates struct {
	// CacheTTL is how long a project's list is believed.
	CacheTTL time.Duration `koanf:"cache_ttl"`
	// CacheProjects is the number of projects whose lists are remembered.
	CacheProjects int `koanf:"cache_projects"`
	// Profile offers the Compute Resource Templates Profile: small, medium, large,
	// mem_small, mem_medium, mem_large.
	Profile bool `koanf:"profile"`
	// ProfileFlavors are the flavors that these terms mean, by id or name. Others mean
	// the smallest flavor that fits.
	ProfileFlavors map[string]string `koanf:"profile_flavors"`
}

// Defaults are what a compute has that names none.
type Defaults struct {
	// OSTpl is an image, by id or name. Empty: a compute must name one.
	OSTpl string `koanf:"os_tpl"`
	// ResourceTpl is a flavor, by id or name. Empty: a compute must name one.
	ResourceTpl string `koanf:"resource_tpl"`
	// Network is a network, by id or name. Empty, or where the project does not see
	// it: Nova chooses, and refuses if there are several.
	Network string `koanf:"network"`
}

// Compute is how compute resources are treated.
type Compute struct {
	// ConfirmResize confirms a resize as soon as Nova waits for that. Otherwise
	// the resize stays open for the user to confirm or to revert in OpenStack.
	ConfirmResize bool `koanf:"confirm_resize"`
	// DefaultName is the name of a server whose creation gives none.
	DefaultName string `koanf:"default_name"`
	// RepeatWindow is how long after a creation another one with the same occi.core.id
	// and title by the same user is answered with the compute that there is. 0: never.
	RepeatWindow time.Duration `koanf:"repeat_window"`
}

// Network is how network resources are treated.
type Network struct {
	// RouterAttach connects a created network to the project's router.
	RouterAttach bool `koanf:"router_attach"`
	// DefaultExternal is the external network meant where a client names none, by id
	// or name. Empty: Neutron's default one, else the oldest.
	DefaultExternal string `koanf:"default_external"`
}

// Mixins is where the mixins that users define (tags) are kept. Which entities have
// them is kept in OpenStack.
type Mixins struct {
	// Store is the kind of database. Empty: users cannot define mixins.
	Store MixinStore `koanf:"store"`
	// Path is the file of an SQLite database. Empty: see [Mixins.File].
	Path string `koanf:"path"`
	// DSNFile is the file with the data source name of a MySQL or MariaDB database,
	// such as user:password@tcp(db.example.org:3306)/occigate.
	DSNFile string `koanf:"dsn_file"`
	// PerProject is how many mixins a project may define.
	PerProject int `koanf:"per_project"`
	// CacheTTL is how long a project's mixins are believed. A change made by another
	// gateway on the same database takes as long to be seen.
	CacheTTL time.Duration `koanf:"cache_ttl"`
}

// MixinStore is a kind of database.
type MixinStore string

// The databases for the mixins that users define.
const (
	MixinStoreNone   MixinStore = ""
	MixinStoreSQLite MixinStore = "sqlite" // for one gateway
	MixinStoreMySQL  MixinStore = "mysql"  // for several
)

// CollectionDelete is the reach of DELETE on a whole collection.
type CollectionDelete string

// What DELETE on a collection removes.
const (
	// CollectionDeleteOwn removes what the caller's user created.
	CollectionDeleteOwn CollectionDelete = "own"
	// CollectionDeleteProject removes everything in the caller's project.
	CollectionDeleteProject CollectionDelete = "project"
	// CollectionDeleteDeny removes nothing: the request is refused.
	CollectionDeleteDeny CollectionDelete = "deny"
)

// Limits are the bounds of what one client may send.
type Limits struct {
	// Body is the largest request body.
	Body ByteSize `koanf:"body"`
	// Headers is the largest request head; text/occi carries everything there.
	Headers ByteSize `koanf:"headers"`
	// InFlight is the number of requests served at a time.
	InFlight int `koanf:"in_flight"`
	// Categories is the number of categories in one message.
	Categories int `koanf:"categories"`
	// Attributes is the number of attributes in one message.
	Attributes int `koanf:"attributes"`
	// Links is the number of links in one message.
	Links int `koanf:"links"`
	// PageSize is the number of entities on a page whose size the client leaves open.
	PageSize int `koanf:"page_size"`
	// PageMax is the number of entities on the largest page a client may ask for.
	PageMax int `koanf:"page_max"`
}

// Timeouts bound the life of a request, of a connection and of the shutdown.
type Timeouts struct {
	// Header bounds reading a request's head.
	Header time.Duration `koanf:"header"`
	// Body bounds reading a whole request, head included.
	Body time.Duration `koanf:"body"`
	// Read is the deadline of requests that change nothing. jOCCI gives up at 10s.
	Read time.Duration `koanf:"read"`
	// Change is the deadline of requests that change something.
	Change time.Duration `koanf:"change"`
	// Idle is how long a connection is kept without a request.
	Idle time.Duration `koanf:"idle"`
	// DrainDelay is how long requests are still accepted after the gateway, asked
	// to stop, says that it is not ready. Zero: not at all.
	DrainDelay time.Duration `koanf:"drain_delay"`
	// Drain bounds the wait, after that, for the requests under way.
	Drain time.Duration `koanf:"drain"`
}

// Log is what is logged, and how.
type Log struct {
	// Level is the least important level that is logged.
	Level LogLevel `koanf:"level"`
	// Format is how a line is written.
	Format LogFormat `koanf:"format"`
}

// LogLevel is the importance of a log line.
type LogLevel string

// The log levels, from chatty to quiet.
const (
	LogDebug LogLevel = "debug"
	LogInfo  LogLevel = "info"
	LogWarn  LogLevel = "warn"
	LogError LogLevel = "error"
)

// LogFormat is how a log line is written.
type LogFormat string

// The log formats: for machines and for people.
const (
	LogJSON    LogFormat = "json"
	LogConsole LogFormat = "console"
)
