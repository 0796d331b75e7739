package translate

import (
	"fmt"

	"github.com/occigate/occigate/occi"
)

// The values of occi.compute.state (GFD.224 §3.1).
const (
	computeActive    = "active"
	computeInactive  = "inactive"
	computeSuspended = "suspended"
	computeError     = "error"
)

// serverStatus is what a status of Nova means in OCCI.
type serverStatus struct {
	state   string
	message string    // occi.compute.state.message; "" if the state says everything
	actions []occi.ID // that Nova performs in this status
	start   string    // Nova's counterpart of the action start; "" if there is none
	gone    bool      // the server exists no more for a client
}

// serverStatuses are all statuses that Nova documents. Compute API guide: "Server status".
//
// What a machine is able to do decides between active and inactive while Nova works on it, and the message
// says what is being done. Only actions that Nova would accept are shown, and restart
// only where it needs no method.
var serverStatuses = map[string]serverStatus{
	"ACTIVE": {
		state:   computeActive,
		actions: []occi.ID{occi.StopID, occi.RestartID, occi.SuspendID, occi.SaveID},
	},
	"BUILD":         {state: computeInactive, message: "the server is being built"},
	"DELETED":       {state: computeInactive, message: "the server has been deleted", gone: true},
	"ERROR":         {state: computeError, message: "the server has failed"},
	"HARD_REBOOT":   {state: computeActive, message: "the server is being restarted"},
	"MIGRATING":     {state: computeActive, message: "the server is being moved to another host"},
	"PASSWORD":      {state: computeActive, message: "the server's password is being changed"},
	"PAUSED":        {state: computeSuspended, message: "the server is paused", actions: []occi.ID{occi.StartID, occi.SaveID}, start: "unpause"},
	"REBOOT":        {state: computeActive, message: "the server is being restarted"},
	"REBUILD":       {state: computeInactive, message: "the server is being rebuilt"},
	"RESCUE":        {state: computeActive, message: "the server is in rescue mode"},
	"RESIZE":        {state: computeInactive, message: "the server is being resized"},
	"REVERT_RESIZE": {state: computeInactive, message: "the server is being taken back to its size before"},
	"SHELVED":       {state: computeInactive, message: "the server is shelved", actions: []occi.ID{occi.StartID}, start: "unshelve"},
	"SHELVED_OFFLOADED": {
		state: computeInactive, message: "the server is shelved and its host released",
		actions: []occi.ID{occi.StartID}, start: "unshelve",
	},
	"SHUTOFF":       {state: computeInactive, actions: []occi.ID{occi.StartID, occi.SaveID}, start: "os-start"},
	"SOFT_DELETED":  {state: computeInactive, message: "the server has been deleted", gone: true},
	"SUSPENDED":     {state: computeSuspended, actions: []occi.ID{occi.StartID, occi.SaveID}, start: "resume"},
	"UNKNOWN":       {state: computeError, message: "Nova does not know the state of the server"},
	"VERIFY_RESIZE": {state: computeActive, message: "the server has been resized and waits for confirmation"},
}

// statusOf tells what a server's status and task mean. A status that Nova does not document leaves the
// server inactive, without actions, and is named in the message.
func statusOf(s *server) serverStatus {
	is, known := serverStatuses[s.Status]
	if !known {
		is = serverStatus{state: computeInactive, message: fmt.Sprintf("the server has the status %q", clip(s.Status, 40))}
	}
	switch s.TaskState {
	case "":
	case "deleting", "soft-deleting":
		// Nova shows a server until it has cleaned up, and clients ask for 404 right after deleting (pOCCI).
		is.gone = true
	default:
		is.actions = nil // Nova refuses further actions until the task has ended
		if is.message == "" {
			is.message = fmt.Sprintf("the server is busy: %s", clip(s.TaskState, 40))
		}
	}
	if is.state == computeError && s.Fault.Message != "" {
		is.message = cleanMessage(s.Fault.Message)
	}
	return is
}
