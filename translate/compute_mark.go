package translate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/occigate/occigate/occi"
)

// Every server is made with a mark in its metadata that tells which request it is from. So a server is found again whose
// creation got no answer, and one that a client asks for once more.

// markKey is the key of the mark, and markLimit how many servers of a name are looked at for one, the newest first.
const (
	markKey   = ownPrefix + "id"
	markLimit = "50"
)

// plainMark matches the ids of clients that are marks as they are.
var plainMark = regexp.MustCompile(`^[!-~]{1,64}$`)

// markOf returns the mark of a new compute, and whether another request of the caller can have the same: it is the id that
// the client invented, or one that nobody else has.
func (c computes) markOf(e *occi.Entity) (mark string, repeatable bool) {
	id := e.ClientID
	switch {
	case id == "" || c.translator.options.RepeatWindow <= 0:
		return newMark(), false
	case plainMark.MatchString(id):
		return id, true
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:]), true
}

// marked returns the caller's server with a name and a mark that has been made since a time, or nil. It takes one call.
func (c computes) marked(ctx context.Context, name, mark string, since time.Time) (*server, error) {
	nova, err := c.novaAt(ctx, novaVersion.forServers)
	if err != nil {
		return nil, err
	}
	query := url.Values{
		"name": {namePattern(name)}, "sort_key": {"created_at"}, "sort_dir": {"desc"}, "limit": {markLimit},
	}
	all, _, err := page[server](ctx, nova, nova.ServiceURL("servers", "detail")+"?"+query.Encode(), "servers")
	if err != nil {
		return nil, c.fault(err, subject{})
	}
	return find(all, func(s server) bool {
		return s.Metadata[markKey] == mark && s.UserID == c.UserID() && s.Created.After(since) && !statusOf(&s).gone
	}), nil
}

// repeated returns the server that an earlier request with the mark has made, or nil. Until release is called, requests
// with the mark wait in this process; that two gateways serve the same at the same time, nothing prevents.
func (c computes) repeated(ctx context.Context, name, mark string) (s *server, release func(), err error) {
	key := strings.Join([]string{c.session.Region(), c.ProjectID(), c.UserID(), mark}, "\x00")
	release, err = c.translator.creations.take(ctx, key)
	if err != nil {
		return nil, nil, c.fault(err, subject{})
	}
	s, err = c.marked(ctx, name, mark, time.Now().Add(-c.translator.options.RepeatWindow))
	if err != nil {
		release()
		return nil, nil, err
	}
	return s, release, nil
}

// afterLoss finds out what became of a creation without an answer, and returns the server's id if it was made.
func (c computes) afterLoss(ctx context.Context, opts *serverOpts, failure error) (string, error) {
	made, err := lost[server]{
		what: titled("compute", opts.Name),
		look: func(ctx context.Context) (*server, error) {
			return c.marked(ctx, opts.Name, opts.Metadata[markKey], time.Now().Add(-lostFor))
		},
		name:   func(s *server) string { return fmt.Sprintf("compute %q", s.ID) },
		remove: func(ctx context.Context, s *server) error { return c.delete(ctx, s.ID) },
	}.find(ctx, failure)
	if err != nil {
		return "", err
	}
	return made.ID, nil
}
