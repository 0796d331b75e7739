package openstacktest

import "net/http"

func (n *nova) consoleOutput(_ *request, s *server, _ object) (answer, error) {
	if !s.placed {
		return answer{}, refuse(http.StatusConflict, "Instance %s is not ready", s.id)
	}
	return reply(http.StatusOK, object{"output": "FAKE CONSOLE OUTPUT\nANOTHER\nLAST LINE"})
}

var consoleBody = properties{"remote_console": {required: true, rule: properties{
	"protocol": {required: true, rule: oneOf("vnc", "spice", "serial", "mks", "rdp")},
	"type":     {required: true, rule: oneOf("novnc", "xvpvnc", "spice-html5", "serial", "webmks", "rdp-html5")},
}.object}}

// createConsole gives out a console's URL. Nova API: microversion 2.6.
func (n *nova) createConsole(r *request) (answer, error) {
	body, err := decodeChecked(r, consoleBody)
	if err != nil {
		return answer{}, err
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "remote_console")
	switch {
	case str(in, "type") != "novnc":
		return answer{}, refuse(http.StatusBadRequest, "Unavailable console type %s.", str(in, "type"))
	case !s.placed:
		return answer{}, refuse(http.StatusConflict, "Instance not yet ready")
	}
	return reply(http.StatusOK, object{"remote_console": object{
		"protocol": str(in, "protocol"), "type": str(in, "type"),
		"url": "http://127.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3D" + newUUID(),
	}})
}
