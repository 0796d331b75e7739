package openstacktest

import "net/http"

func (n *nova) consoleOutput(_ *request, s *server, _ object) (answer, error) {
	if !s.placed {
		return answer{}, notReady(s)
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
	url, err := s.consoleURL(str(in, "type"))
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"remote_console": object{"protocol": str(in, "protocol"), "type": str(in, "type"), "url": url}})
}

// oldConsole is the action that gave out a console of some types, until 2.6 brought one call for all.
func oldConsole(types ...string) action {
	return action{
		rule: properties{"type": {required: true, rule: oneOf(types...)}}.object, anytime: true, until: 5,
		run: func(_ *nova, _ *request, s *server, in object) (answer, error) {
			url, err := s.consoleURL(str(in, "type"))
			if err != nil {
				return answer{}, err
			}
			return reply(http.StatusOK, object{"console": object{"type": str(in, "type"), "url": url}})
		},
	}
}

// consoleURL is that of a console of a type, of which this cloud has one.
func (s *server) consoleURL(kind string) (string, error) {
	switch {
	case kind != "novnc":
		return "", refuse(http.StatusBadRequest, "Unavailable console type %s.", kind)
	case !s.placed:
		return "", notReady(s)
	}
	return "http://127.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3D" + newUUID(), nil
}

func notReady(s *server) *apiError {
	return refuse(http.StatusConflict, "Instance %s is not ready", s.id)
}
