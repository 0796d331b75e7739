package gateway

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/occigate/occigate/occi"
)

// atOnce is how many entities one request changes or reads at a time.
const atOnce = 8

// outcome is what became of doing something to many entities.
type outcome struct {
	total, done int
	failure     error // the first one in the order of the entities, nil if there is none
}

// forEach does something to each of n entities, some at a time. After a failure it begins nothing more, unless it is to
// go on; what has begun is never interrupted, so that it is known what was done.
func forEach(n int, goOn bool, do func(i int) error) outcome {
	var (
		group  errgroup.Group
		failed atomic.Bool
		done   atomic.Int64
		errs   = make([]error, n)
	)
	group.SetLimit(atOnce)
	for i := range n {
		if failed.Load() && !goOn {
			break
		}
		group.Go(func() error {
			errs[i] = guarded(func() error { return do(i) })
			if errs[i] != nil {
				failed.Store(true)
			} else {
				done.Add(1)
			}
			return nil // told by errs
		})
	}
	_ = group.Wait()
	all := outcome{total: n, done: int(done.Load())}
	for _, err := range errs {
		if err != nil {
			all.failure = err
			break
		}
	}
	return all
}

// and joins the outcomes of two steps.
func (o outcome) and(next outcome) outcome {
	joined := outcome{o.total + next.total, o.done + next.done, o.failure}
	if joined.failure == nil {
		joined.failure = next.failure
	}
	return joined
}

// err returns the first failure and says what was done nevertheless, such as "3 of 5 deleted".
func (o outcome) err(what string) error {
	if o.failure == nil || o.total == 1 {
		return o.failure
	}
	tally := fmt.Sprintf("%d of %d %s", o.done, o.total, what)
	e, ok := errors.AsType[*occi.Error](o.failure)
	switch {
	case ok:
		return &occi.Error{Code: e.Code, Message: tally + ": " + e.Message, Cause: o.failure, RetryAfter: e.RetryAfter}
	case errors.Is(o.failure, context.DeadlineExceeded):
		return &occi.Error{Code: occi.Timeout, Message: tally + ": the request took too long", Cause: o.failure}
	}
	return o.failure
}

// guarded turns a panic into an error: outside of the request's own goroutine it would end the process.
func guarded(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return do()
}
