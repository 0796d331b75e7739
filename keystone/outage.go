package keystone

import (
	"sync"
	"time"
)

// An outage is noticed after outageFailures questions in a row without an answer; then Keystone is
// asked once in outagePause, until it answers.
const (
	outageFailures = 3
	outagePause    = time.Second
)

// outage keeps requests from waiting for a Keystone that is away, and Keystone from all of them when
// it comes back.
type outage struct {
	mu       sync.Mutex
	failures int // in a row
	next     time.Time
}

// admit reports whether Keystone may be asked now.
func (o *outage) admit(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failures < outageFailures {
		return true
	}
	if now.Before(o.next) {
		return false
	}
	o.next = now.Add(outagePause)
	return true
}

// report notes how a question ended: whether Keystone was there to answer it.
func (o *outage) report(answered bool, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if answered {
		o.failures = 0
		return
	}
	o.failures++
	o.next = now.Add(outagePause)
}
