package translate

import (
	"sync"
	"time"
)

// clock is a clock that moves when it is looked at, by step, or by hand. It starts now, since tokens expire by
// the real one.
type clock struct {
	mu   sync.Mutex
	at   time.Time
	step time.Duration
}

func newClock(step time.Duration) *clock { return &clock{at: time.Now(), step: step} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(c.step)
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// stop makes the clock stand still.
func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step = 0
}
