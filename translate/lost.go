package translate

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// The answer to a creation may get lost, and what was asked for exist all the same. So whatever has a place for it is made
// with a mark that nothing else has, and looked for by that. Of what has none, a look tells what it may be.

const (
	// lostFor is how old, at most, something is that has just been made: longer than clocks differ.
	lostFor = 5 * time.Minute
	// lostTimeout bounds looking for it, and removing it, past the end of the request.
	lostTimeout = 20 * time.Second
)

// newMark returns a mark that nothing else has.
func newMark() string { return strings.ToLower(rand.Text()) }

// lost is a creation without an answer.
type lost[T any] struct {
	what   string                            // was asked for
	look   func(context.Context) (*T, error) // finds what has been made, nil if there is nothing
	name   func(*T) string                   // is what to look for if it is left behind
	remove func(context.Context, *T) error   // nil if it cannot be taken back, or others may have made it
}

// titled says what was asked for: a kind, in OCCI's words, with a title.
func titled(kind, title string) string { return fmt.Sprintf("%s named %q", kind, clip(title, 80)) }

// find looks once, and returns what has been made. When nobody waits for it any more it is removed again. The error is
// that of the creation, with what has become of it.
func (l lost[T]) find(ctx context.Context, failure error) (*T, error) {
	look, cancel := context.WithTimeout(context.WithoutCancel(ctx), lostTimeout)
	defer cancel()
	made, err := l.look(look)
	switch {
	case err != nil:
		return nil, adding(failure, "it is not known whether a %s was created", l.what)
	case made == nil:
		return nil, adding(failure, "no %s was found afterwards", l.what)
	case ctx.Err() == nil:
		return made, nil
	case l.remove != nil && unlessGone(l.remove(look, made)) == nil:
		return nil, failure
	}
	return nil, adding(failure, "left behind: %s", l.name(made))
}

// suspects adds to the failure of a creation what it may have made all the same, of a kind that has no place for a mark:
// look returns the ids of whatever is like it and new. None of it is touched, since others may have made it.
func suspects(ctx context.Context, failure error, kind, title string, look func(context.Context) (ids []string, err error)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lostTimeout)
	defer cancel()
	found, err := look(ctx)
	switch {
	case err != nil:
		return adding(failure, "it is not known whether a %s was created", titled(kind, title))
	case len(found) == 0:
		return adding(failure, "no %s was found afterwards", titled(kind, title))
	}
	for i, id := range found {
		found[i] = fmt.Sprintf("%s %q", kind, id)
	}
	return adding(failure, "perhaps left behind: %s", strings.Join(found, ", "))
}

// isRecent reports whether something was made by a request that has just been made.
func isRecent(created time.Time) bool { return created.After(time.Now().Add(-lostFor)) }

// notSurely keeps an undo from removing what others may have made: it is left behind, and named.
func notSurely(context.Context) error {
	return occi.Errorf(occi.Conflict, "somebody else may have made it")
}
