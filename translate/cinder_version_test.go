package translate

import (
	"testing"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// What an old Cinder cannot do is refused, and nothing has changed then; the rest is as with a new one.
func TestOldCinder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		newest           string
		offline          occi.Code // and online
		grownWhileLinked occi.Code
	}{
		{"3.0", occi.Unimplemented, occi.Conflict},
		{"3.27", 0, occi.Conflict},
		{"3.42", 0, 0},
	} {
		t.Run(test.newest, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{CinderMax: test.newest}, Options{})
			compute, storage := b.server(t, "worker"), b.storage(t, "data")
			b.act(t, storage, occi.ResizeID, "size", "2")
			b.checkSize(t, storage, "2")

			_, err := b.cloud.Act(t.Context(), storage, b.order(occi.OfflineID))
			checkCode(t, err, test.offline)
			state := "offline"
			if test.offline != 0 {
				state = "online"
			}
			b.waitFor(t, storage, "occi.storage.state", state)
			_, err = b.cloud.Act(t.Context(), storage, b.order(occi.OnlineID))
			checkCode(t, err, test.offline)

			b.must(t, b.link(occi.StorageLinkID, compute, storage))
			for _, err := range b.resized(t, storage, "3") {
				checkCode(t, err, test.grownWhileLinked)
			}
			want := "3"
			if test.grownWhileLinked != 0 {
				want = "2"
			}
			b.checkSize(t, storage, want)
		})
	}
}
