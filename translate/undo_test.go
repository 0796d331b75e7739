package translate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

func TestUndoGoesBackwardsAfterTheContextHasEnded(t *testing.T) {
	t.Parallel()
	var done []string
	var u undo
	for _, what := range []string{"first", "second", "third"} {
		u.push(what, func(ctx context.Context) error {
			done = append(done, what)
			return ctx.Err()
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	reason := occi.Errorf(occi.Timeout, "too late")
	if err := u.after(ctx, reason); !errors.Is(err, reason) || err.Error() != "too late" {
		t.Errorf("after = %v, want the reason", err)
	}
	if diff := cmp.Diff([]string{"third", "second", "first"}, done); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestUndoNamesWhatIsLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		reason error
		code   occi.Code
	}{
		{"refused", occi.Errorf(occi.Conflict, "busy"), occi.Conflict},
		{"internal", errors.New("odd"), occi.Internal},
	} {
		var u undo
		ran := 0
		fails := func(context.Context) error { ran++; return answer(500, "") }
		u.push(`keypair "a"`, fails)
		u.push("port b", func(context.Context) error { ran++; return nil })
		u.push(`volume "c"`, fails)
		got, ok := errors.AsType[*occi.Error](u.after(t.Context(), c.reason))
		if !ok || got.Code != c.code || !strings.HasSuffix(got.Message, `; left behind: volume "c", keypair "a"`) {
			t.Errorf("%s: after = %v", c.name, got)
		}
		if !errors.Is(got, c.reason) {
			t.Errorf("%s: the cause lacks the reason: %v", c.name, got.Cause)
		}
		if ran != 3 {
			t.Errorf("%s: %d steps ran, want all 3", c.name, ran)
		}
	}
}
