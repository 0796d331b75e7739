package openstacktest

import (
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"
)

// FaultMode is how a Fault breaks a call.
type FaultMode int

// The ways to break a call. The zero value answers in place of the service when the fault has a
// Status, and otherwise lets the call through after its Delay.
const (
	Refuse     FaultMode = iota + 1 // reset the connection; the service never sees the call
	ResetAfter                      // let the service process the call, then reset the connection
	Hang                            // never answer; ends when the caller gives up or the cloud closes
	HangAfter                       // let the service process the call, then hang
	Truncate                        // process the call, send half of the body, cut the connection
	HTML                            // answer a proxy's HTML page, status 502 unless Status says otherwise
)

// Fault breaks the calls it matches.
type Fault struct {
	Service string         // keystone, nova, neutron, cinder or glance; empty means any
	Method  string         // empty means any
	Path    *regexp.Regexp // matched against Call.Path; nil means any
	Mode    FaultMode
	Status  int         // the answer's status
	Header  http.Header // the answer's headers, besides the request id
	Body    string      // the answer's body; JSON unless Header has a Content-Type
	Delay   time.Duration
	Skip    int // so many matching calls pass unharmed first
	Times   int // so many calls are broken; 0 means all
}

// answers tells whether the fault answers in place of the service.
func (f *Fault) answers() bool { return f.Mode == HTML || f.Status != 0 }

func (f *Fault) matches(call *Call) bool {
	return (f.Service == "" || f.Service == call.Service) &&
		(f.Method == "" || f.Method == call.Method) &&
		(f.Path == nil || f.Path.MatchString(call.Path))
}

// armed is a fault with what is left of its counts.
type armed struct {
	Fault
	skip, times int
}

type faultList struct {
	mu     sync.Mutex
	faults []*armed
}

// AddFault breaks matching calls from now on. The earliest fault that matches a call breaks it.
func (c *Cloud) AddFault(f Fault) {
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	c.faults.faults = append(c.faults.faults, &armed{Fault: f, skip: f.Skip, times: f.Times})
}

// ClearFaults removes all faults; calls that hang stay so.
func (c *Cloud) ClearFaults() {
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	c.faults.faults = nil
}

// take finds the fault for a call and counts it; no fault is the zero Fault.
func (l *faultList) take(call *Call) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.faults {
		if !f.matches(call) {
			continue
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		if f.Times > 0 {
			if f.times--; f.times == 0 {
				l.faults = slices.Delete(l.faults, i, i+1)
			}
		}
		return f.Fault
	}
	return Fault{}
}

// answer is what a fault sends in place of the service.
func (f *Fault) answer(requestID string) answer {
	a := answer{status: f.Status, header: http.Header{}, text: f.Body, contentType: "application/json"}
	if f.Mode == HTML {
		a.contentType = "text/html"
		if a.status == 0 {
			a.status = http.StatusBadGateway
		}
		if a.text == "" {
			a.text = "<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.\n</body></html>\n"
		}
	}
	a.header.Set("X-Openstack-Request-Id", requestID)
	for name, values := range f.Header {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	return a
}
