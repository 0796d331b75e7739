package keystone

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Options is what a Client needs to know. URL is required, everything else has a default.
type Options struct {
	// URL is where Keystone is reached: its root or its v3 address.
	URL string
	// PublicURL is what the challenge names, for callers who reach Keystone elsewhere.
	// Default URL. A version suffix and trailing slashes are cut off.
	PublicURL string

	// Region selects the endpoints. Default: the only region, else the first by name.
	Region string
	// Interface is public, internal or admin. Default public.
	Interface string
	// Endpoints overrides the catalogue: service type (compute, network, image, volume, or a
	// catalogue alias of these) to URL, with or without version.
	Endpoints map[string]string
	// Hosts are those that the catalogue may name, "*.example.org" for all below a domain. None: any.
	Hosts []string
	// PlainHTTP lets the catalogue name http where URL is https: tokens go there in the clear.
	PlainHTTP bool

	// CAFile and CADir name PEM certificates to trust instead of the system's: one file, or all
	// *.pem, *.crt, *.cer and hash-named files of a directory, whose revocation lists (*.r0) hold, too.
	// Both are read again when they change.
	CAFile, CADir string
	// TrustInterval is how long these files are taken to be unchanged. Default 30 s.
	TrustInterval time.Duration
	// TrustReloaded is told that they were read again and, with an error, that what was read before
	// stays in use.
	TrustReloaded func(error)
	// Insecure accepts any certificate.
	Insecure bool

	// ConnectTimeout, TLSTimeout and FirstByteTimeout bound the steps of one call, beneath the
	// deadline of its context. Defaults 3 s, 5 s, 20 s.
	ConnectTimeout, TLSTimeout, FirstByteTimeout time.Duration
	// IdentityTimeout bounds asking Keystone about one token, repeats included. Default 8 s.
	IdentityTimeout time.Duration
	// MaxResponseBytes bounds an answer's body. Default 32 MiB. Keystone's is bounded by 1 MiB.
	MaxResponseBytes int64

	// CacheSize bounds known identities and, apart from them, refused tokens. Default 10 000 each.
	CacheSize int
	// CacheTTL is how long an identity is used without asking again, and so how long a revoked
	// token may keep working here. It is cut so as to end 30 s before the token does. Default 60 s.
	CacheTTL time.Duration
	// OutageTTL is how long an identity is used while Keystone does not answer, counted from when it
	// last did. It is cut in the same way. Default 5 minutes; never less than CacheTTL.
	OutageTTL time.Duration
	// NegativeTTL is how long a refused token is refused without asking again. Default 5 s.
	NegativeTTL time.Duration
	// GuessLimit is how many credentials that Keystone does not accept one address (IPv6: one /64) may
	// show it in a minute; what it shows beyond them is Throttled. 0 is no limit.
	GuessLimit int

	// Protocols are the federation protocols that an access token in Authorization: Bearer is shown
	// to, in this order, each as provider/protocol. None: Bearer is not looked at.
	Protocols []string
	// UsualProjects are the projects, by id or name, of users who come from an identity provider and
	// ask for none. The key is provider, or provider/group with the id of a group of Keystone's.
	UsualProjects map[string]string
	// Basic accepts user and password, or an application credential, in Authorization: Basic of
	// requests that are Secure.
	Basic bool
	// UserDomain is the id of the domain of users who name none. Default "default".
	UserDomain string

	// UserAgent is sent with every call. Default "occigate".
	UserAgent string
	// RequestID gives the global request id (req-<uuid>) of a context, "" for none. It is sent as
	// X-OpenStack-Request-ID.
	RequestID func(context.Context) string
	// Observe is told of every call, repeats apart. It may be called by several goroutines at
	// once, and after the request whose context it gets has ended: a question to Keystone that
	// several requests wait for is not abandoned with the first of them.
	Observe func(context.Context, Call)
	// CacheEvent is told the result of each look into the identity cache: one of CacheHit,
	// CacheNegative and CacheMiss, and after that perhaps CacheStale.
	CacheEvent func(result string)
	// Warn is told about what is passed over: a certificate or revocation list that cannot be read.
	Warn func(error)
	// Now is the clock of the cache. Default time.Now.
	Now func() time.Time
}

// Call is one HTTP exchange with an OpenStack service.
type Call struct {
	Service           string        // identity, compute, network, image or volume
	Method            string        // HTTP method
	Attempt           int           // 1, or more for a repeated read
	Status            int           // HTTP status, 0 without an answer
	Duration          time.Duration // until the answer's headers
	Err               error         // why there is no answer, else nil
	UpstreamRequestID string        // the service's own id for the call, "" if it gave none
}

// Results of a look into the identity cache, as given to Options.CacheEvent.
const (
	CacheHit      = "hit"      // a known identity
	CacheNegative = "negative" // a credential known to be refused
	CacheMiss     = "miss"     // Keystone is asked, or somebody's question to it shared
	CacheStale    = "stale"    // after a miss: Keystone did not answer, but had done so not long ago
)

// withDefaults returns o with every unset optional field filled in.
func (o Options) withDefaults() Options {
	setDefault(&o.PublicURL, o.URL)
	setDefault(&o.Interface, "public")
	setDefault(&o.TrustInterval, 30*time.Second)
	setDefault(&o.ConnectTimeout, 3*time.Second)
	setDefault(&o.TLSTimeout, 5*time.Second)
	setDefault(&o.FirstByteTimeout, 20*time.Second)
	setDefault(&o.IdentityTimeout, 8*time.Second)
	setDefault(&o.MaxResponseBytes, 32<<20)
	setDefault(&o.CacheSize, 10_000)
	setDefault(&o.CacheTTL, time.Minute)
	setDefault(&o.OutageTTL, 5*time.Minute)
	setDefault(&o.NegativeTTL, 5*time.Second)
	setDefault(&o.UserDomain, "default")
	setDefault(&o.UserAgent, "occigate")
	if o.RequestID == nil {
		o.RequestID = func(context.Context) string { return "" }
	}
	if o.Observe == nil {
		o.Observe = func(context.Context, Call) {}
	}
	if o.CacheEvent == nil {
		o.CacheEvent = func(string) {}
	}
	if o.TrustReloaded == nil {
		o.TrustReloaded = func(error) {}
	}
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func setDefault[T comparable](field *T, value T) {
	if *field == *new(T) {
		*field = value
	}
}

// validate reports all faults of the plain values of o, which has its defaults. URLs and files are
// checked where New reads them.
func (o Options) validate() error {
	var faults []error
	add := func(err error) { faults = append(faults, err) }
	switch o.Interface {
	case "public", "internal", "admin":
	default:
		add(fmt.Errorf("keystone: Interface: %q is none of public, internal, admin", o.Interface))
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"ConnectTimeout", o.ConnectTimeout},
		{"TLSTimeout", o.TLSTimeout},
		{"FirstByteTimeout", o.FirstByteTimeout},
		{"IdentityTimeout", o.IdentityTimeout},
		{"CacheTTL", o.CacheTTL},
		{"OutageTTL", o.OutageTTL},
		{"NegativeTTL", o.NegativeTTL},
	} {
		if d.value < 0 {
			add(fmt.Errorf("keystone: %s: %s is negative", d.name, d.value))
		}
	}
	if o.CacheSize < 0 {
		add(fmt.Errorf("keystone: CacheSize: %d is negative", o.CacheSize))
	}
	if o.GuessLimit < 0 {
		add(fmt.Errorf("keystone: GuessLimit: %d is negative", o.GuessLimit))
	}
	if o.MaxResponseBytes < 0 {
		add(fmt.Errorf("keystone: MaxResponseBytes: %d is negative", o.MaxResponseBytes))
	}
	return errors.Join(faults...)
}
