package openstacktest

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// server is a Nova server.
type server struct {
	id, name, description, hostname string
	project, user                   string
	vmState, taskState              string // taskState is empty while nothing is under way
	power                           int
	flavor, oldFlavor               flavor // copies: a flavor may change or go; oldFlavor until a resize is confirmed
	image                           string // empty: booted from a volume
	keyName, userData, adminPass    string
	zone, wantedZone                string // where it is; where a user wanted it, if anywhere
	accessIPv4, accessIPv6          string
	configDrive                     bool
	metadata                        map[string]string
	tags                            []string
	locked                          bool
	lockedReason                    string
	group                           string
	securityGroups                  []string // names, for ports made later
	fault                           *serverFault
	created, updated, launched      time.Time
	volumes                         []serverVolume
	placed                          bool // has a host
}

type serverFault struct {
	code    int
	message string
	at      time.Time
}

// serverVolume is a volume on a server.
type serverVolume struct {
	volume, device, tag string
	deleteWithServer    bool
	root                bool
}

// Nova's power states.
const (
	powerNone      = 0
	powerRunning   = 1
	powerPaused    = 3
	powerShutdown  = 4
	powerSuspended = 7
)

// vmStatus gives the status shown for a VM state when no task changes it.
var vmStatus = map[string]string{
	"active": "ACTIVE", "building": "BUILD", "stopped": "SHUTOFF", "resized": "VERIFY_RESIZE", "paused": "PAUSED",
	"suspended": "SUSPENDED", "rescued": "RESCUE", "error": "ERROR", "deleted": "DELETED", "soft-delete": "SOFT_DELETED",
	"shelved": "SHELVED", "shelved_offloaded": "SHELVED_OFFLOADED",
}

// taskStatus gives the status shown while a task is under way in a VM state.
var taskStatus = map[string]map[string]string{
	"active": {
		"rebooting": "REBOOT", "rebooting_hard": "HARD_REBOOT", "rebuilding": "REBUILD", "resize_prep": "RESIZE",
		"updating_password": "PASSWORD",
	},
	"stopped": {"rebuilding": "REBUILD", "resize_prep": "RESIZE"},
	"error":   {"rebuilding": "REBUILD"},
	"resized": {"resize_reverting": "REVERT_RESIZE"},
}

func (s *server) status() string {
	if status := taskStatus[s.vmState][s.taskState]; status != "" {
		return status
	}
	return vmStatus[s.vmState]
}

func noServer(id string) *apiError {
	return refuse(http.StatusNotFound, "Instance %s could not be found.", id)
}

// findServer gives the server of the path if it is the token's.
func (n *nova) findServer(r *request) (*server, error) {
	s := n.servers.get(r.param("id"))
	if s == nil || !r.token.owns(s.project) && !r.token.isAdmin() {
		return nil, noServer(r.param("id"))
	}
	return s, nil
}

func (n *nova) listServers(r *request) (answer, error) {
	return n.serverList(r, func(s *server) object {
		return object{"id": s.id, "name": s.name, "links": links(r, "servers", s.id)}
	})
}

func (n *nova) listServersDetail(r *request) (answer, error) {
	ports := n.portsByServer()
	return n.serverList(r, func(s *server) object { return n.view(r, s, ports[s.id]) })
}

var serverFilters = []string{
	"limit", "marker", "sort_key", "sort_dir", "name", "status", "image", "flavor", "changes-since", "changes-before",
	"all_tenants", "tenant_id", "project_id", "user_id", "ip", "ip6", "tags", "tags-any", "not-tags", "not-tags-any", "locked",
	"availability_zone", "key_name", "deleted", "uuid", "vm_state", "task_state", "power_state", "host", "hostname", "description",
}

func (n *nova) serverList(r *request, view func(*server) object) (answer, error) {
	if err := checkQuery(r, 75, "'%s' does not match any of the regexes: '^_'", serverFilters...); err != nil {
		return answer{}, err
	}
	passes, err := serverFilter(r.URL.Query())
	if err != nil {
		return answer{}, err
	}
	mine := func(s *server) bool { return r.token.owns(s.project) && passes(s) }
	found := n.servers.latest(mine)
	if r.URL.Query().Has("changes-since") { // being deleted is a change, too
		found = append(found, n.ended.latest(mine)...)
	}
	if err := sortServers(r, found); err != nil {
		return answer{}, err
	}
	return novaPage(n, r, "servers", found, func(s *server) string { return s.id }, view)
}

// serverFilter reads the filters that a user may use; the name is a regular expression.
func serverFilter(q url.Values) (func(*server) bool, error) {
	name, err := regexp.Compile(q.Get("name"))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "Invalid regular expression %q", q.Get("name"))
	}
	var since time.Time
	if text := q.Get("changes-since"); text != "" {
		if since, err = time.Parse(time.RFC3339, text); err != nil {
			return nil, refuse(http.StatusBadRequest,
				"Invalid input for query parameters changes-since. Value: %s. '%s' is not a 'date-time'", text, text)
		}
	}
	return func(s *server) bool {
		if s.updated.Before(since) {
			return false
		}
		for field, have := range map[string]string{
			"image": s.image, "flavor": s.flavor.id, "user_id": s.user, "key_name": s.keyName, "availability_zone": s.zone,
		} {
			if want := q.Get(field); want != "" && want != have {
				return false
			}
		}
		for _, want := range q["status"] {
			if !strings.EqualFold(want, s.status()) {
				return false
			}
		}
		return name.MatchString(s.name)
	}, nil
}

func (n *nova) getServer(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"server": n.view(r, s, n.portsOf(s))})
}

var serverUpdate = properties{"server": {required: true, rule: properties{
	"name": {rule: nameRule}, "accessIPv4": {rule: addressRule(4)}, "accessIPv6": {rule: addressRule(6)},
	"OS-DCF:diskConfig": {rule: oneOf("AUTO", "MANUAL")}, "description": {rule: orNone(text(0, 255)), since: 19},
	"hostname": {rule: hostname, since: 90},
}.object}}

// updateServer renames a server or describes it anew. Nova API: update server.
func (n *nova) updateServer(r *request) (answer, error) {
	body, err := decodeChecked(r, serverUpdate)
	if err != nil {
		return answer{}, err
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "server")
	for field, target := range map[string]*string{
		"name": &s.name, "description": &s.description, "hostname": &s.hostname, "accessIPv4": &s.accessIPv4, "accessIPv6": &s.accessIPv6,
	} {
		if _, given := in[field]; given {
			*target = str(in, field)
		}
	}
	s.updated = n.cloud.now()
	if r.minor >= 75 {
		return reply(http.StatusOK, object{"server": n.view(r, s, n.portsOf(s))})
	}
	view := n.basicView(r, s, n.portsOf(s))
	view["addresses"] = n.addressesOf(s, n.portsOf(s), false)
	if r.minor >= 9 {
		view["locked"] = s.locked
	}
	if r.minor >= 19 {
		view["description"] = nullable(s.description)
	}
	if r.minor >= 26 {
		view["tags"] = slices.Clone(s.tags)
	}
	return reply(http.StatusOK, object{"server": view})
}

// deleteServer ends a server in the background: the ports Nova made go, those that were given are
// released, volumes go when they were marked so.
func (n *nova) deleteServer(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	if err := s.checkLock(r.token); err != nil {
		return answer{}, err
	}
	s.taskState, s.updated = "deleting", n.cloud.now()
	n.cloud.later(func() { n.dropServer(s) })
	return answer{status: http.StatusNoContent, header: http.Header{}, contentType: "application/json"}, nil
}

func (n *nova) dropServer(s *server) {
	for _, p := range n.portsOf(s) {
		n.releasePort(p)
	}
	for _, v := range s.volumes {
		if volume := n.cloud.cinder.volumes.get(v.volume); volume != nil {
			n.freeVolume(volume, s.id)
			if v.deleteWithServer {
				n.cloud.cinder.volumes.remove(volume.id)
			}
		}
	}
	for _, g := range n.groups.order {
		g.members = slices.DeleteFunc(g.members, func(id string) bool { return id == s.id })
	}
	n.servers.remove(s.id)
	s.vmState, s.taskState, s.volumes, s.updated = "deleted", "", nil, n.cloud.now()
	n.ended.add(s.id, s)
}

// releasePort deletes a port that Nova made and lets go of one that it was given.
func (n *nova) releasePort(p *port) {
	if p.createdByNova {
		n.cloud.neutron.dropPort(p)
		return
	}
	p.device, p.owner, p.active, p.attachedTag = "", "", false, ""
	n.cloud.neutron.touch(&p.record)
}

// freeVolume ends a volume's attachment to a server.
func (n *nova) freeVolume(v *volume, server string) {
	v.attachments = slices.DeleteFunc(v.attachments, func(a attachment) bool { return a.server == server })
	if len(v.attachments) > 0 {
		n.cloud.cinder.become(v, "in-use") // at another server
		return
	}
	n.cloud.cinder.become(v, "available")
}

func (s *server) checkLock(t *token) error {
	if s.locked && !t.isAdmin() {
		return refuse(http.StatusConflict, "Instance %s is locked", s.id)
	}
	return nil
}

// checkState refuses an action that the server's state does not allow.
func (s *server) checkState(verb string, states ...string) error {
	switch {
	case states != nil && !slices.Contains(states, s.vmState):
		return refuse(http.StatusConflict, "Cannot '%s' instance %s while it is in vm_state %s", verb, s.id, s.vmState)
	case s.taskState != "":
		return refuse(http.StatusConflict, "Cannot '%s' instance %s while it is in task_state %s", verb, s.id, s.taskState)
	}
	return nil
}

func (n *nova) getAddresses(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"addresses": n.addressesOf(s, n.portsOf(s), false)})
}

func (n *nova) listServerSecurityGroups(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	views := []any{}
	for _, p := range n.portsOf(s) { // a group on two ports is listed twice
		for _, id := range p.groups {
			if g := n.cloud.neutron.groups.get(id); g != nil {
				views = append(views, object{
					"id": g.id, "name": g.name, "description": g.description, "tenant_id": g.project, "rules": n.ruleViews(g),
				})
			}
		}
	}
	return reply(http.StatusOK, object{"security_groups": views})
}

// ruleViews are a group's rules for incoming traffic in the words Nova once had for them.
func (n *nova) ruleViews(g *securityGroup) []any {
	views := []any{}
	for _, rule := range n.cloud.neutron.rules.order {
		if rule.group != g.id || rule.direction != "ingress" {
			continue
		}
		view := object{
			"id": rule.id, "parent_group_id": g.id, "ip_protocol": rule.protocol, "from_port": rule.first, "to_port": rule.last,
			"group": object{}, "ip_range": object{},
		}
		if remote := n.cloud.neutron.groups.get(rule.remoteGroup); remote != nil {
			view["group"] = object{"name": remote.name, "tenant_id": remote.project}
		} else {
			view["ip_range"] = object{"cidr": cmp.Or(rule.prefix, "0.0.0.0/0")}
		}
		views = append(views, view)
	}
	return views
}
