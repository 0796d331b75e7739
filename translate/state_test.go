package translate

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// Compute API guide: "Server status". The list is Nova's, not the table's.
func TestEveryNovaStatusHasAState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ status, state, actions string }{
		{"ACTIVE", "active", "stop restart suspend save"},
		{"BUILD", "inactive", ""},
		{"DELETED", "gone", ""},
		{"ERROR", "error", ""},
		{"HARD_REBOOT", "active", ""},
		{"MIGRATING", "active", ""},
		{"PASSWORD", "active", ""},
		{"PAUSED", "suspended", "start save"},
		{"REBOOT", "active", ""},
		{"REBUILD", "inactive", ""},
		{"RESCUE", "active", ""},
		{"RESIZE", "inactive", ""},
		{"REVERT_RESIZE", "inactive", ""},
		{"SHELVED", "inactive", "start"},
		{"SHELVED_OFFLOADED", "inactive", "start"},
		{"SHUTOFF", "inactive", "start save"},
		{"SOFT_DELETED", "gone", ""},
		{"SUSPENDED", "suspended", "start save"},
		{"UNKNOWN", "error", ""},
		{"VERIFY_RESIZE", "active", ""},
		{"NEW_IN_NOVA", "inactive", ""},
		{"", "inactive", ""},
	} {
		is := statusOf(&server{Status: c.status})
		state := is.state
		if is.gone {
			state = "gone"
		}
		if state != c.state || terms(is.actions) != c.actions {
			t.Errorf("status %q: %s with actions %q, want %s with %q", c.status, state, terms(is.actions), c.state, c.actions)
		}
		settled := c.actions != "" && c.status != "PAUSED" && !strings.HasPrefix(c.status, "SHELVED")
		if (is.message == "") != settled {
			t.Errorf("status %q: message %q", c.status, is.message)
		}
	}
}

func terms(ids []occi.ID) string {
	var all []string
	for _, id := range ids {
		all = append(all, id.Term)
	}
	return strings.Join(all, " ")
}

func TestStartIsOfferedWhereNovaHasOne(t *testing.T) {
	t.Parallel()
	for _, status := range slices.Sorted(maps.Keys(serverStatuses)) {
		is := serverStatuses[status]
		if offered := slices.Contains(is.actions, occi.StartID); offered != (is.start != "") {
			t.Errorf("status %s: start offered %t, performed by %q", status, offered, is.start)
		}
	}
}

func TestTaskState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, task string
		want         serverStatus
	}{
		{"ACTIVE", "powering-off", serverStatus{state: computeActive, message: "the server is busy: powering-off"}},
		{"BUILD", "spawning", serverStatus{state: computeInactive, message: "the server is being built"}},
		{"SHUTOFF", "powering-on", serverStatus{state: computeInactive, message: "the server is busy: powering-on", start: "os-start"}},
	} {
		got := statusOf(&server{Status: c.status, TaskState: c.task})
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(serverStatus{})); diff != "" {
			t.Errorf("%s with task %s (-want +got):\n%s", c.status, c.task, diff)
		}
	}
	for _, task := range []string{"deleting", "soft-deleting"} {
		if !statusOf(&server{Status: "ACTIVE", TaskState: task}).gone {
			t.Errorf("a server with task %s is not gone", task)
		}
	}
}

func TestFaultIsTheMessageOfAnError(t *testing.T) {
	t.Parallel()
	s := &server{Status: "ERROR"}
	s.Fault.Message = "No valid host\nwas found."
	if got, want := statusOf(s).message, "No valid host was found."; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
	s.Status = "ACTIVE" // Nova keeps the fault of a failed resize
	if got := statusOf(s).message; got != "" {
		t.Errorf("message of an active server = %q, want none", got)
	}
}
