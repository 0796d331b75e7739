package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// progressOf is where progress is written: a terminal. Elsewhere nobody watches.
func progressOf(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return w
		}
	}
	return io.Discard
}

// waitInterval is the pause between two looks.
const waitInterval = time.Second

// wait reads a new resource until it can be used.
func (c *client) wait(ctx context.Context, resource string, atMost time.Duration, progress io.Writer) error {
	return c.waitFor(ctx, resource, []string{"active", "online"}, atMost, progress)
}

// waitDone reads a resource until it has the state that an action leads to. Actions that lead to none are done.
func (c *client) waitDone(ctx context.Context, resource, action string, atMost time.Duration, progress io.Writer) error {
	states := map[string][]string{
		"start": {"active"}, "stop": {"inactive"}, "suspend": {"suspended"}, "restart": {"active"},
		"up": {"active"}, "down": {"inactive"}, "online": {"online"}, "offline": {"offline"},
	}[action]
	if states == nil {
		return nil
	}
	return c.waitFor(ctx, resource, states, atMost, progress)
}

// waitFor reads a resource until it has one of the states, and writes a line that tells how long that takes.
func (c *client) waitFor(
	ctx context.Context, resource string, states []string, atMost time.Duration, progress io.Writer,
) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	begin := time.Now()
	for now := ""; ; {
		m, err := c.read(ctx, resource)
		if err != nil {
			return waitingError(err, now)
		}
		now = stateOf(m)
		_, _ = fmt.Fprintf(progress, "\r\x1b[K%s after %ds ", now, int(time.Since(begin).Seconds()))
		if done := slices.Contains(states, now); done || now == "error" {
			_, _ = fmt.Fprintln(progress)
			if !done {
				return fmt.Errorf("it failed: %s", attribute(m, ".state.message"))
			}
			return nil
		}
		select {
		case <-time.After(waitInterval):
		case <-ctx.Done():
			_, _ = fmt.Fprintln(progress)
			return waitingError(ctx.Err(), now)
		}
	}
}

func waitingError(err error, state string) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("it is still %s", state)
	}
	return err
}

func stateOf(m *occi.Message) string { return attribute(m, ".state") }

// attribute returns the attribute whose name ends so.
func attribute(m *occi.Message, suffix string) string {
	for _, a := range m.Attributes {
		if strings.HasSuffix(a.Name, suffix) {
			return a.Value.Text()
		}
	}
	return ""
}
