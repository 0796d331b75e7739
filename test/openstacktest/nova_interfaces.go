package openstacktest

import (
	"errors"
	"net/http"
)

// interfaceOf is a port as Nova shows it.
func interfaceOf(r *request, p *port) object {
	view := object{
		"net_id": p.network, "port_id": p.id, "mac_addr": p.mac, "port_state": p.status(), "fixed_ips": p.fixedIPs(),
	}
	if r.minor >= 70 {
		view["tag"] = nullable(p.attachedTag)
	}
	return view
}

func (n *nova) listInterfaces(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	views := []any{}
	for _, p := range n.portsOf(s) {
		views = append(views, interfaceOf(r, p))
	}
	return reply(http.StatusOK, object{"interfaceAttachments": views})
}

func (n *nova) getInterface(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	p := n.cloud.neutron.ports.get(r.param("port"))
	if p == nil || !r.token.owns(p.project) {
		return answer{}, refuse(http.StatusNotFound, "Port id %s could not be found.", r.param("port"))
	}
	if p.device != s.id {
		return answer{}, refuse(http.StatusNotFound, "Instance %s does not have a port with id %s", s.id, p.id)
	}
	return reply(http.StatusOK, object{"interfaceAttachment": interfaceOf(r, p)})
}

var interfaceBody = properties{"interfaceAttachment": {rule: properties{
	"net_id": {rule: uuid}, "port_id": {rule: uuid}, "tag": {rule: tagRule, since: 49},
	"fixed_ips": {rule: list(properties{"ip_address": {required: true, rule: text(1, 39)}}.object)},
}.object}}

// createInterface plugs a server into a network, or takes over a port.
func (n *nova) createInterface(r *request) (answer, error) {
	body, err := decodeChecked(r, interfaceBody)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "interfaceAttachment")
	netID, portID, fixed := str(in, "net_id"), str(in, "port_id"), items(in, "fixed_ips")
	switch {
	case netID != "" && portID != "":
		return answer{}, refuse(http.StatusBadRequest, "Must not input both network_id and port_id")
	case len(fixed) > 0 && netID == "":
		return answer{}, refuse(http.StatusBadRequest, "Must input network_id when request IP address")
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	if err := s.mayAct(r.token, action{states: []string{"active", "paused", "stopped"}, verb: "attach_interface"}); err != nil {
		return answer{}, err
	}
	w, err := n.wantedInterface(r, netID, portID)
	if err != nil {
		return answer{}, err
	}
	w.tag = str(in, "tag")
	if len(fixed) > 0 {
		o, _ := fixed[0].(object)
		w.address = str(o, "ip_address")
	}
	p, err := n.plug(r.token, s, w, []string{"default"}) // whatever groups the server has
	if errors.Is(err, errPorts) {
		return answer{}, err
	}
	if err != nil {
		// Whatever else Neutron refuses reaches the caller as a server's error.
		return answer{}, refuse(http.StatusInternalServerError, unexpectedError, "nova.exception_Remote.InvalidInput_Remote")
	}
	p.active = true
	return reply(http.StatusOK, object{"interfaceAttachment": interfaceOf(r, p)})
}

func (n *nova) wantedInterface(r *request, netID, portID string) (wantedNetwork, error) {
	net := n.cloud.neutron
	if portID != "" {
		p := net.ports.get(portID)
		if p == nil || !r.token.owns(p.project) {
			return wantedNetwork{}, refuse(http.StatusNotFound, "Port id %s could not be found.", portID)
		}
		if p.device != "" {
			return wantedNetwork{}, refuse(http.StatusConflict, "Port %s is still in use.", portID)
		}
		return wantedNetwork{port: p}, nil
	}
	if netID != "" {
		w := net.findNetwork(r.token, netID)
		if w == nil {
			return wantedNetwork{}, refuse(http.StatusInternalServerError, unexpectedError, "oslo_messaging.rpc.client.RemoteError")
		}
		if len(w.subnetIDs()) == 0 {
			return wantedNetwork{}, refuse(http.StatusBadRequest,
				"Network requires port_security_enabled and subnet associated in order to apply security groups.")
		}
		return wantedNetwork{network: w}, nil
	}
	usable := n.ownNetworks(r.token)
	if len(usable) != 1 {
		return wantedNetwork{}, refuse(http.StatusBadRequest, "Multiple possible networks found, use a Network ID to be more specific.")
	}
	return wantedNetwork{network: usable[0]}, nil
}

// deleteInterface unplugs a port in the background. Nova does not look whether there is such a port.
func (n *nova) deleteInterface(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	if err := s.mayAct(r.token, action{states: []string{"active", "paused", "stopped"}, verb: "detach_interface"}); err != nil {
		return answer{}, err
	}
	id := r.param("port")
	n.cloud.later(func() {
		if p := n.cloud.neutron.ports.get(id); p != nil && p.device == s.id {
			n.releasePort(p)
		}
	})
	return accepted()
}
