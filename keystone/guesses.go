package keystone

import (
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// guessWindow is how long refusals of an address count against it.
const guessWindow = time.Minute

// guesses counts credentials that Keystone has not accepted, by the address they came from.
type guesses struct {
	limit int64 // of a window; 0: none
	byNet *otter.Cache[netip.Prefix, *guessCount]
	now   func() time.Time
}

type guessCount struct {
	ends  time.Time
	count atomic.Int64
}

func newGuesses(o Options) (*guesses, error) {
	byNet, err := otter.New(&otter.Options[netip.Prefix, *guessCount]{
		MaximumSize:      o.CacheSize,
		ExpiryCalculator: otter.ExpiryCreating[netip.Prefix, *guessCount](guessWindow),
		Clock:            cacheClock{now: o.Now},
		Executor:         runInline,
	})
	if err != nil {
		return nil, err
	}
	return &guesses{limit: int64(o.GuessLimit), byNet: byNet, now: o.Now}, nil
}

// admit counts a question about an unknown credential as a guess until it is known to be none, and
// refuses it if the address has none left.
func (g *guesses) admit(addr netip.Addr) (settle func(guess bool), err error) {
	if g.limit == 0 {
		return func(bool) {}, nil
	}
	made := &guessCount{ends: g.now().Add(guessWindow)}
	c, _ := g.byNet.SetIfAbsent(network(addr), made)
	if c.count.Add(1) > g.limit {
		c.count.Add(-1)
		return nil, &Error{
			Kind:       Throttled,
			Message:    "too many credentials from your address were not accepted, try again later",
			Cause:      fmt.Errorf("more than %d in %s", g.limit, guessWindow),
			RetryAfter: max(c.ends.Sub(g.now()), time.Second),
		}
	}
	return func(guess bool) {
		if !guess {
			c.count.Add(-1)
		}
	}, nil
}

// network returns what one client has: an IPv4 address, or the subnet of an IPv6 address.
func network(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	p, err := addr.Prefix(bits)
	if err != nil { // no address at all
		return netip.Prefix{}
	}
	return p
}

// Guess lets whoever asks Keystone by Send do so as the client at addr, or refuses if that has no guesses
// left: a Throttled error. settle has to be told whether Keystone did not accept what was asked about.
func (c *Client) Guess(addr netip.Addr) (settle func(wrong bool), err error) {
	return c.guesses.admit(addr)
}
