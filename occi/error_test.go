package occi_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/occigate/occigate/occi"
)

func TestCodeOf(t *testing.T) {
	t.Parallel()
	plain := occi.Errorf(occi.NotFound, "there is no %q", "a")
	caused := &occi.Error{Code: occi.BadUpstream, Message: "unreadable answer", Cause: io.ErrUnexpectedEOF}
	for _, c := range []struct {
		err  error
		code occi.Code
		text string
	}{
		{plain, occi.NotFound, `there is no "a"`},
		{caused, occi.BadUpstream, "unreadable answer: unexpected EOF"},
		{fmt.Errorf("get: %w", plain), occi.NotFound, `get: there is no "a"`},
		{io.EOF, occi.Internal, "EOF"},
	} {
		if got := occi.CodeOf(c.err); got != c.code {
			t.Errorf("CodeOf(%v): got %d, want %d", c.err, got, c.code)
		}
		if got := c.err.Error(); got != c.text {
			t.Errorf("got %q, want %q", got, c.text)
		}
	}
	if !errors.Is(caused, io.ErrUnexpectedEOF) {
		t.Error("the cause is not in the chain")
	}
}
