package translate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// outline tells everything about an entity in lines, so that a test can show what it expects and how an
// entity differs.
func outline(e occi.Entity) []string {
	lines := []string{e.Kind.Term + " " + e.ID}
	if e.Title != "" {
		lines = append(lines, "title "+e.Title)
	}
	if e.Summary != "" {
		lines = append(lines, "summary "+e.Summary)
	}
	for _, x := range e.Mixins {
		lines = append(lines, "mixin "+x.Term)
	}
	for _, p := range e.Attributes {
		lines = append(lines, p.Name+"="+p.Value.Text())
	}
	for _, a := range e.Actions {
		lines = append(lines, "action "+a.Term)
	}
	if !e.Source.IsZero() {
		lines = append(lines, "source "+e.Source.Kind.Term+" "+e.Source.ID)
	}
	if !e.Target.IsZero() {
		lines = append(lines, "target "+e.Target.Kind.Term+" "+e.Target.ID)
	}
	return lines
}

func checkOutline(t *testing.T, e occi.Entity, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, outline(e)); diff != "" {
		t.Errorf("entity (-want +got):\n%s", diff)
	}
}

// checkCode reports whether err has the code, 0 meaning no error, and says so to the test otherwise.
func checkCode(t *testing.T, err error, want occi.Code) {
	t.Helper()
	if want == 0 {
		if err != nil {
			t.Errorf("got error %v, want none", err)
		}
		return
	}
	if err == nil {
		t.Errorf("got no error, want code %d", want)
	} else if got := occi.CodeOf(err); got != want {
		t.Errorf("got code %d (%v), want %d", got, err, want)
	}
}

// Ids that tests use where any will do.
const (
	serverA = "aaaaaaaa-0000-4000-8000-000000000001"
	serverB = "bbbbbbbb-0000-4000-8000-000000000002"
	volumeC = "cccccccc-0000-4000-8000-000000000003"
	portD   = "dddddddd-0000-4000-8000-000000000004"
	netE    = "eeeeeeee-0000-4000-8000-000000000005"
	nobody  = "ffffffff-0000-4000-8000-00000000000f"
)
