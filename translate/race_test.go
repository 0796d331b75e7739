package translate

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// together makes entities at the same time.
func (b *bench) together(t *testing.T, wanted ...*occi.Entity) []error {
	t.Helper()
	failed := make([]error, len(wanted))
	var all sync.WaitGroup
	for i, e := range wanted {
		all.Go(func() { _, failed[i] = b.cloud.Create(t.Context(), e) })
	}
	all.Wait()
	return failed
}

// Of two clients that link one reservation at the same time one gets it, and the other is told.
func TestReservationLinkedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	one, two := b.server(t, "one"), b.server(t, "two")
	kept := b.must(t, b.entity(occi.IPReservationID)).Ref()
	// Both have seen the reservation free before either takes it.
	b.AddFault(openstacktest.Fault{Method: http.MethodPut, Path: regexp.MustCompile(`/floatingips/`), Delay: 300 * time.Millisecond, Times: 2})
	failed := b.together(t, b.link(occi.NetworkInterfaceID, one, kept), b.link(occi.NetworkInterfaceID, two, kept))
	winner, loser := one, failed[1]
	if failed[0] != nil {
		winner, loser = two, failed[0]
	}
	if failed[0] != nil && failed[1] != nil {
		t.Fatalf("neither got it: %v, %v", failed[0], failed[1])
	}
	checkCode(t, loser, occi.Conflict)
	if !strings.Contains(told(loser), kept.ID) {
		t.Errorf("got %v, want the reservation %s named", loser, kept.ID)
	}
	ids := b.ids(t, occi.NetworkInterfaceID)
	if link := linkID(winner.ID, kept.ID); !strings.Contains(strings.Join(ids, " "), link) || len(ids) != 3 {
		t.Errorf("links %v, want two ports and %s", ids, link)
	}
}

// Of two security groups that are put on one compute at the same time none gets lost.
func TestSecurityGroupsLinkedAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute := b.server(t, "worker")
	web, mail := b.must(t, b.securityGroup("web", "")).Ref(), b.must(t, b.securityGroup("mail", "")).Ref()
	b.AddFault(openstacktest.Fault{Method: http.MethodPut, Path: regexp.MustCompile(`/ports/`), Delay: 300 * time.Millisecond, Times: 2})
	for _, err := range b.together(t, b.link(occi.SecurityGroupLinkID, compute, web), b.link(occi.SecurityGroupLinkID, compute, mail)) {
		if err != nil {
			t.Error(err)
		}
	}
	if ids := b.ids(t, occi.SecurityGroupLinkID); len(ids) != 3 {
		t.Errorf("links %v, want those to default, web and mail", ids)
	}
}
