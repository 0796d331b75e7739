package openstacktest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options says how a simulated cloud behaves. The zero value is a cloud as current as the lab's
// that answers at once.
type Options struct {
	// Addr is the listen address; empty means 127.0.0.1:0.
	Addr string
	// Latency is added to every call.
	Latency time.Duration
	// Settle is how long a background transition takes, such as BUILD to ACTIVE. With zero, the
	// answer to the request that starts it still shows the transition, the next request its end.
	Settle time.Duration
	// PageSize bounds every page of a list. Zero means what the services ship with: 1000 for Nova
	// and Cinder, 25 for Glance, no bound for Neutron.
	PageSize int
	// Now is the clock of everything but the call log; nil means time.Now.
	Now func() time.Time
	// NovaMax and CinderMax are the highest microversions on offer; empty means 2.93 and 3.70.
	// An older cloud is chosen by lowering them: Queens has 2.60 and 3.50.
	NovaMax, CinderMax string
}

// Cloud is a running simulated OpenStack. Its methods may be called concurrently.
type Cloud struct {
	opts     Options
	base     string // http://host:port
	server   *http.Server
	serving  chan struct{} // closed when the listener's goroutine has ended
	closing  chan struct{} // closed by Close; releases calls that hang
	inflight sync.WaitGroup
	log      callLog
	faults   faultList

	mu       sync.Mutex // guards what follows
	closed   bool
	events   eventQueue
	services []service
	routes   map[string][]route // by service name
	keystone *keystone
	nova     *nova
	neutron  *neutron
	cinder   *cinder
	glance   *glance
}

// Start listens, seeds the cloud (see seed.go) and serves until Close.
func Start(o Options) (*Cloud, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	novaMax, err := minorVersion(o.NovaMax, "2.93")
	if err != nil {
		return nil, fmt.Errorf("nova: %w", err)
	}
	cinderMax, err := minorVersion(o.CinderMax, "3.70")
	if err != nil {
		return nil, fmt.Errorf("cinder: %w", err)
	}
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, err
	}
	c := &Cloud{
		opts:    o,
		base:    "http://" + listener.Addr().String(),
		serving: make(chan struct{}),
		closing: make(chan struct{}),
	}
	c.keystone = newKeystone(c)
	c.glance = newGlance(c)
	c.neutron = newNeutron(c)
	c.cinder = newCinder(c, cinderMax)
	c.nova = newNova(c, novaMax)
	c.services = []service{c.keystone, c.glance, c.neutron, c.cinder, c.nova, placement{c}}
	c.routes = make(map[string][]route)
	for _, s := range c.services {
		c.routes[s.name()] = s.routes()
	}
	c.seed()
	c.server = &http.Server{Handler: http.HandlerFunc(c.serve), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(c.serving)
		if err := c.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			c.log.violate("the listener ended: " + err.Error())
		}
	}()
	return c, nil
}

// Close stops listening, cuts open connections and returns when every handler has ended.
func (c *Cloud) Close() {
	c.mu.Lock()
	already := c.closed
	c.closed = true
	c.mu.Unlock()
	if already {
		return
	}
	close(c.closing)
	_ = c.server.Close() // its error is about the listener, which is gone either way
	<-c.serving
	c.inflight.Wait()
}

// AuthURL is Keystone's root without a version, as an operator would configure it.
func (c *Cloud) AuthURL() string { return c.base + "/identity" }

// enter counts a call in, unless the cloud is closing.
func (c *Cloud) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.inflight.Add(1)
	return true
}

// now is the cloud's clock.
func (c *Cloud) now() time.Time { return c.opts.Now().UTC() }
