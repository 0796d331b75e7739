package translate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// undo remembers how to take back the finished steps of a change that has several.
type undo struct{ steps []undoStep }

type undoStep struct {
	what string
	run  func(context.Context) error
}

// undoTimeout bounds taking back all steps of one change.
const undoTimeout = 30 * time.Second

// push adds a step. What names the thing that is left behind if it cannot be taken back, such as
// `keypair "occi-1f"`.
func (u *undo) push(what string, run func(context.Context) error) {
	u.steps = append(u.steps, undoStep{what, run})
}

// back takes all steps back, last first, and returns the names of what is left, and why. It works on when ctx
// has ended: that may be the reason for it.
func (u *undo) back(ctx context.Context) (left []string, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	var causes []error
	for len(u.steps) > 0 {
		last := len(u.steps) - 1
		step := u.steps[last]
		u.steps = u.steps[:last]
		if fail := step.run(ctx); fail != nil {
			left = append(left, step.what)
			causes = append(causes, fmt.Errorf("undo %s: %w", step.what, fault(fail, subject{})))
		}
	}
	return left, errors.Join(causes...)
}

// after takes all steps back and returns err, which made that necessary, with the names of what is left.
func (u *undo) after(ctx context.Context, err error) error {
	left, cause := u.back(ctx)
	if cause == nil {
		return err
	}
	failure := occi.Error{Code: occi.Internal, Message: "the change failed"}
	if known, ok := errors.AsType[*occi.Error](err); ok {
		failure = *known
	}
	failure.Message += "; left behind: " + strings.Join(left, ", ")
	failure.Cause = errors.Join(err, cause)
	return &failure
}
