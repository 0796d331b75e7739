package openstacktest

import (
	"slices"
	"time"
)

// event is something a service does in the background: it is due at a time and then happens at once.
type event struct {
	due time.Time
	run func()
}

// eventQueue holds the events that have not happened, earliest first; equal times keep their order.
type eventQueue []event

// later queues what a service finishes in the background, Options.Settle from now.
func (c *Cloud) later(run func()) {
	e := event{due: c.now().Add(c.opts.Settle), run: run}
	i, _ := slices.BinarySearchFunc(c.events, e, func(a, b event) int {
		if a.due.After(b.due) {
			return 1
		}
		return -1
	})
	c.events = slices.Insert(c.events, i, e)
}

// settle runs every event that is due, those included that events queue meanwhile.
func (c *Cloud) settle() {
	now := c.now()
	for len(c.events) > 0 && !c.events[0].due.After(now) {
		run := c.events[0].run
		c.events = c.events[1:]
		run()
	}
}
