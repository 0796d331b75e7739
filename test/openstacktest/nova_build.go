package openstacktest

import (
	"fmt"
	"net/http"
	"strings"
)

// build finishes a new server in the background: its ports, its volumes, its end in ACTIVE or ERROR.
func (n *nova) build(t *token, s *server, p *plan) {
	ports, err := n.makePorts(t, s, p)
	if err == nil {
		err = n.makeVolumes(s, p)
	}
	if err == nil && strings.HasPrefix(s.name, "fail-") {
		err = refuse(http.StatusInternalServerError, "the name asks for a failure")
	}
	n.cloud.later(func() {
		if n.servers.get(s.id) == nil || s.taskState == "deleting" { // which ends the building
			return
		}
		s.taskState, s.updated = "", n.cloud.now()
		if err != nil {
			s.vmState = "error"
			s.fault = &serverFault{code: http.StatusInternalServerError, at: s.updated}
			s.fault.message = fmt.Sprintf("Build of instance %s aborted: %s", s.id, err)
			for _, made := range n.portsOf(s) {
				n.releasePort(made)
			}
			return
		}
		s.vmState, s.power, s.launched, s.placed = "active", powerRunning, s.updated, true
		for _, made := range ports {
			made.active = true
		}
		for _, v := range s.volumes {
			n.occupy(v.volume)
		}
	})
}
