package openstacktest

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"unicode"
)

// plan is what a checked creation will do.
type plan struct {
	server   *server
	image    *image
	networks []wantedNetwork
	auto     bool // networks: allocate one when there is none
	devices  []object
}

// wantedNetwork is one interface of a new server: a port, or a network with perhaps an address.
type wantedNetwork struct {
	network      *network
	port         *port
	address, tag string
}

// createServer checks everything that Nova checks before it answers, then builds in the background.
func (n *nova) createServer(r *request) (answer, error) {
	if !isASCII(str(child(n.peek(r), "server"), "user_data")) {
		r.strict("user_data that is not ASCII")
		return answer{}, refuse(http.StatusInternalServerError, unexpectedError, "UnicodeDecodeError")
	}
	body, err := decodeChecked(r, serverCreate)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "server")
	if !isStorable(words(in, "metadata")) {
		r.strict("metadata with which a server is built for ever")
	}
	if r.minor >= 37 && in["networks"] == nil {
		return answer{}, schemaFault(r, misshapen("server", in, "'networks' is a required property"))
	}
	if r.token.project == nil {
		return answer{}, refuse(http.StatusForbidden, "Policy doesn't allow os_compute_api:servers:create to be performed.")
	}
	p, err := n.plan(r, in)
	if err != nil {
		return answer{}, err
	}
	group, err := n.hintedGroup(r.token, body)
	if err != nil {
		return answer{}, err
	}
	count := max(1, integer(in, "min_count"), integer(in, "max_count"))
	if err := n.checkQuota(p.server, count); err != nil {
		return answer{}, err
	}
	if err := n.checkServerPorts(p, count); err != nil {
		return answer{}, err
	}
	var first *server
	for i := range count {
		s := *p.server
		s.id, s.created = newUUID(), n.cloud.now()
		s.updated = s.created
		if count > 1 {
			s.name = fmt.Sprintf("%s-%d", s.name, i+1)
		}
		if group != nil {
			group.members, s.group = append(group.members, s.id), group.id
		}
		n.servers.add(s.id, &s)
		n.build(r.token, &s, p)
		if first == nil {
			first = &s
		}
	}
	a, err := reply(http.StatusAccepted, object{"server": createdView(r, first, in)})
	a.header.Set("Location", r.root+"/v2.1/servers/"+first.id)
	return a, err
}

// peek reads a body without judging it.
func (n *nova) peek(r *request) object {
	quiet := *r
	quiet.strict = func(string) {}
	body, err := quiet.decode()
	if err != nil {
		return nil
	}
	return body
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c > unicode.MaxASCII })
}

// unexpectedError is Nova's answer to its own bugs.
const unexpectedError = "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class '%s'>"

func createdView(r *request, s *server, in object) object {
	password := secret(9)
	if given, ok := in["adminPass"].(string); ok {
		password = given
	}
	groups := []any{}
	for _, name := range s.securityGroups {
		groups = append(groups, object{"name": name})
	}
	return object{
		"id": s.id, "links": links(r, "servers", s.id), "OS-DCF:diskConfig": "MANUAL", "security_groups": groups, "adminPass": password,
	}
}

// plan checks what a creation names, in Nova's order.
func (n *nova) plan(r *request, in object) (*plan, error) {
	t := r.token
	f := n.flavors.get(fmt.Sprint(in["flavorRef"]))
	s := &server{
		name: str(in, "name"), description: str(in, "description"), project: t.project.id, user: t.user.id,
		vmState: "building", taskState: "scheduling", metadata: words(in, "metadata"), tags: []string{},
		keyName: str(in, "key_name"), userData: str(in, "user_data"), adminPass: str(in, "adminPass"),
		wantedZone: str(in, "availability_zone"), zone: "nova",
		accessIPv4: str(in, "accessIPv4"), accessIPv6: str(in, "accessIPv6"), configDrive: truth(in, "config_drive"),
		hostname: cmp.Or(str(in, "hostname"), hostnameFor(str(in, "name"))),
	}
	if r.minor >= 19 && in["description"] == nil {
		s.description = ""
	} else if r.minor < 19 {
		s.description = s.name
	}
	for _, tag := range items(in, "tags") {
		s.tags = append(s.tags, fmt.Sprint(tag))
	}
	p := &plan{server: s}
	if s.wantedZone != "" && s.wantedZone != s.zone {
		return nil, refuse(http.StatusBadRequest, "The requested availability zone is not available")
	}
	if err := n.planNetworks(t, p, in["networks"]); err != nil {
		return nil, err
	}
	if f == nil {
		return nil, refuse(http.StatusBadRequest, "Flavor %s could not be found.", in["flavorRef"])
	}
	s.flavor = *f
	for _, item := range items(in, "block_device_mapping_v2") {
		p.devices = append(p.devices, item.(object)) // checked by its rule
	}
	if err := n.planImage(t, p, str(in, "imageRef")); err != nil {
		return nil, err
	}
	if len(s.metadata) > metadataLimit {
		return nil, tooManyItems()
	}
	if s.keyName != "" && n.keypairsOf(t.user.id).get(s.keyName) == nil {
		return nil, refuse(http.StatusBadRequest, "Invalid key_name provided.")
	}
	for _, item := range items(in, "security_groups") {
		o, _ := item.(object)
		s.securityGroups = append(s.securityGroups, str(o, "name"))
	}
	if len(s.securityGroups) == 0 {
		s.securityGroups = []string{"default"}
	}
	for _, name := range s.securityGroups {
		if n.findGroup(s.project, name) == nil {
			return nil, refuse(http.StatusBadRequest, "Unable to find security_group with name or id '%s'", name)
		}
	}
	return p, n.planDevices(t, p)
}

// hostnameFor makes a host name out of a server's name.
func hostnameFor(name string) string {
	host := strings.Map(func(c rune) rune {
		switch {
		case c == ' ' || c == '_' || c == '.':
			return '-'
		case c <= unicode.MaxLatin1 && (unicode.IsLetter(c) || unicode.IsDigit(c)) || c == '-':
			return unicode.ToLower(c)
		}
		return -1
	}, name)
	return strings.Trim(host, "-")
}

// planImage finds what the server boots from, unless a device says so.
func (n *nova) planImage(t *token, p *plan, id string) error {
	if id == "" {
		if len(p.devices) == 0 {
			return refuse(http.StatusBadRequest, "Missing imageRef attribute")
		}
		return nil
	}
	i := n.cloud.glance.find(id, t)
	switch {
	case i == nil:
		return refuse(http.StatusBadRequest, "Can not find requested image")
	case i.status != "active":
		return refuse(http.StatusBadRequest, "Image %s is not active.", i.id)
	case i.minRAM > p.server.flavor.ramMB:
		return refuse(http.StatusBadRequest, "Flavor's memory is too small for requested image.")
	case i.minDisk > p.server.flavor.diskGB && len(p.devices) == 0:
		return refuse(http.StatusBadRequest, "Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is %d bytes, minimum size is %d bytes.",
			p.server.flavor.diskGB<<30, i.minDisk<<30)
	}
	p.image, p.server.image = i, i.id
	return nil
}
