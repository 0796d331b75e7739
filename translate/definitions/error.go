package definitions

import (
	"context"
	"errors"
	"time"

	"github.com/occigate/occigate/occi"
)

// retryAfter is what clients are told when the database cannot be used.
const retryAfter = 5 * time.Second

// fault turns the failure of a statement into what the client may learn. ctx is the caller's, without the store's own
// timeout.
func fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*occi.Error](err); ok {
		return known
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return &occi.Error{Code: occi.ClientGone, Message: "the client closed the connection", Cause: err}
	case ctx.Err() != nil:
		return &occi.Error{Code: occi.Timeout, Message: "the store of mixins did not answer in time", Cause: err}
	}
	return &occi.Error{
		Code:       occi.Unavailable,
		Message:    "the store of mixins cannot be used at the moment, try again later",
		Cause:      err,
		RetryAfter: retryAfter,
	}
}
