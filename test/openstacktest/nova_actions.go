package openstacktest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// action is one thing that POST …/action can do.
type action struct {
	rule    rule     // of the body's value
	states  []string // VM states that allow it; nil allows all
	task    string   // task state while it is under way
	verb    string   // as error messages call it
	anytime bool     // allowed while a task is under way and on a locked server
	hosted  bool     // needs a server that has a host: neither building nor offloaded
	until   int      // minor of the last microversion that has it; 0 for all
	run     func(n *nova, r *request, s *server, in object) (answer, error)
	done    func(n *nova, s *server) // what the background work leaves; run may be nil then
}

// became gives the end of an action that only changes the VM and the power state.
func became(vmState string, power int) func(*nova, *server) {
	return func(_ *nova, s *server) { s.vmState, s.power = vmState, power }
}

// anything takes every value: the actions that take none accept whatever is there.
func anything(string, any, int) *flaw { return nil }

var (
	live    = []string{"active", "stopped", "paused", "suspended"}
	actions = map[string]action{
		"os-stop":  {rule: anything, states: []string{"active", "error"}, task: "powering-off", verb: "stop", hosted: true, done: became("stopped", powerShutdown)},
		"os-start": {rule: anything, states: []string{"stopped"}, task: "powering-on", verb: "start", hosted: true, done: became("active", powerRunning)},
		"suspend":  {rule: anything, states: []string{"active"}, task: "suspending", verb: "suspend", done: became("suspended", powerSuspended)},
		"resume":   {rule: anything, states: []string{"suspended"}, task: "resuming", verb: "resume", done: became("active", powerRunning)},
		"pause":    {rule: anything, states: []string{"active"}, task: "pausing", verb: "pause", done: became("paused", powerPaused)},
		"unpause":  {rule: anything, states: []string{"paused"}, task: "unpausing", verb: "unpause", done: became("active", powerRunning)},
		"reboot": {
			rule: properties{"type": {required: true, rule: oneOf("HARD", "Hard", "hard", "SOFT", "Soft", "soft")}}.object,
			verb: "reboot", run: (*nova).reboot, anytime: true,
		},
		"shelve":        {rule: anything, states: live, task: "shelving", verb: "shelve", done: (*nova).shelved},
		"shelveOffload": {rule: anything, states: []string{"shelved"}, task: "shelving_offloading", verb: "shelveOffload", done: (*nova).offloaded},
		"unshelve":      {rule: anything, states: []string{"shelved", "shelved_offloaded"}, task: "unshelving", verb: "unshelve", done: (*nova).unshelved},
		"resize": {
			rule:   properties{"flavorRef": {required: true, rule: text(1, 255)}, "OS-DCF:diskConfig": {rule: oneOf("AUTO", "MANUAL")}}.object,
			states: []string{"active", "stopped"}, hosted: true, verb: "resize", run: (*nova).resize,
		},
		"confirmResize": {rule: anything, states: []string{"resized"}, verb: "confirmResize", run: (*nova).confirmResize},
		"revertResize":  {rule: anything, states: []string{"resized"}, task: "resize_reverting", verb: "revertResize", done: (*nova).reverted},
		"rebuild": {
			rule: rebuildBody.object, states: []string{"active", "stopped", "error"}, verb: "rebuild", run: (*nova).rebuild,
		},
		"createImage": {
			rule:   properties{"name": {required: true, rule: text(1, 255)}, "metadata": {rule: metadataRule}}.object,
			states: live, verb: "createImage", run: (*nova).createImage,
		},
		"addSecurityGroup":    {rule: groupBody.object, anytime: true, verb: "addSecurityGroup", run: (*nova).addSecurityGroup},
		"removeSecurityGroup": {rule: groupBody.object, anytime: true, verb: "removeSecurityGroup", run: (*nova).removeSecurityGroup},
		"lock":                {rule: anything, anytime: true, verb: "lock", run: (*nova).lock},
		"unlock":              {rule: anything, anytime: true, verb: "unlock", run: (*nova).unlock},
		"rescue": {
			rule:   either(null, properties{"adminPass": {rule: adminPass}, "rescue_image_ref": {rule: uuid}}.object),
			states: []string{"active", "stopped", "error"}, verb: "rescue", run: (*nova).rescue,
		},
		"unrescue": {rule: anything, states: []string{"rescued"}, task: "unrescuing", verb: "unrescue", done: became("active", powerRunning)},
		"changePassword": {
			rule:   properties{"adminPass": {required: true, rule: adminPass}}.object,
			states: []string{"active"}, verb: "changePassword", run: (*nova).changePassword,
		},
		"os-getConsoleOutput": {
			rule: either(null, properties{"length": {rule: orNone(wholeNumber)}}.object), anytime: true,
			verb: "get_console_output", run: (*nova).consoleOutput,
		},
		"os-getVNCConsole":    oldConsole("novnc", "xvpvnc"),
		"os-getSPICEConsole":  oldConsole("spice-html5"),
		"os-getSerialConsole": oldConsole("serial"),
	}
	rebuildBody = properties{
		"imageRef": {required: true, rule: idOrEmpty}, "name": {rule: nameRule}, "adminPass": {rule: adminPass},
		"metadata": {rule: metadataRule}, "accessIPv4": {rule: addressRule(4)}, "accessIPv6": {rule: addressRule(6)},
		"OS-DCF:diskConfig": {rule: oneOf("AUTO", "MANUAL")}, "preserve_ephemeral": {rule: boolean}, "personality": {until: 56},
		"description": {rule: orNone(text(0, 255)), since: 19}, "key_name": {rule: orNone(nameRule), since: 54},
		"user_data": {rule: orNone(userData), since: 57}, "trusted_image_certificates": {since: 63}, "hostname": {rule: hostname, since: 90},
	}
	groupBody = properties{"name": {required: true, rule: nameRule}}
)

// serverAction runs one action. Nova API: servers, run an action.
func (n *nova) serverAction(r *request) (answer, error) {
	body, err := r.decode()
	if err != nil || len(body) != 1 {
		r.strict("not exactly one action")
		return answer{}, refuse(http.StatusBadRequest, "Malformed request body")
	}
	name := slices.Collect(maps.Keys(body))[0]
	act, known := actions[name]
	if !known {
		r.strict("unknown action " + name)
		return answer{}, refuse(http.StatusBadRequest, "There is no such action: %s", name)
	}
	if act.until > 0 && r.minor > act.until {
		return answer{}, refuse(http.StatusNotFound, "The resource could not be found.")
	}
	if f := act.rule(name, body[name], r.minor); f != nil {
		return answer{}, schemaFault(r, f)
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	if !act.anytime {
		if err := s.mayAct(r.token, act); err != nil {
			return answer{}, err
		}
	}
	in := child(body, name)
	if act.run != nil {
		return act.run(n, r, s, in)
	}
	n.start(s, act.task, act.done)
	return accepted()
}

// mayAct checks lock and state, in Nova's order.
func (s *server) mayAct(t *token, act action) error {
	if err := s.checkLock(t); err != nil {
		return err
	}
	if act.hosted && !s.placed {
		return notReady(s)
	}
	return s.checkState(act.verb, act.states...)
}

// accepted is the answer to most actions: 202, no body, a content type all the same.
func accepted() (answer, error) {
	return answer{status: http.StatusAccepted, header: http.Header{}, contentType: "application/json"}, nil
}

// start sets a task going and finishes it in the background, unless the server goes first.
func (n *nova) start(s *server, task string, done func(*nova, *server)) {
	s.taskState = task
	n.cloud.later(func() {
		if n.servers.get(s.id) == nil || s.taskState != task {
			return
		}
		s.taskState, s.updated = "", n.cloud.now()
		done(n, s)
	})
}

func (n *nova) reboot(r *request, s *server, in object) (answer, error) {
	states, task := []string{"active"}, "rebooting"
	if strings.EqualFold(str(in, "type"), "HARD") {
		states, task = []string{"active", "stopped", "paused", "suspended", "error"}, "rebooting_hard"
	}
	if err := s.mayAct(r.token, action{states: states, verb: "reboot"}); err != nil {
		return answer{}, err
	}
	n.start(s, task, became("active", powerRunning))
	return accepted()
}

// shelved is the end of shelving: offloaded at once, as with shelved_offload_time = 0. A server
// with its disk in an image leaves that image behind.
func (n *nova) shelved(s *server) {
	if s.image != "" {
		n.snapshot(s, s.name+"-shelved", nil)
	}
	n.offloaded(s)
}

func (n *nova) offloaded(s *server) {
	s.vmState, s.power, s.placed = "shelved_offloaded", powerShutdown, false
	for _, p := range n.portsOf(s) {
		p.active = false
	}
}

func (n *nova) unshelved(s *server) {
	s.vmState, s.power, s.placed = "active", powerRunning, true
	for _, p := range n.portsOf(s) {
		p.active = true
	}
	for _, i := range n.cloud.glance.images.all(func(i *image) bool {
		return i.name == s.name+"-shelved" && i.properties["instance_uuid"] == s.id
	}) {
		n.cloud.glance.images.remove(i.id)
	}
}

func (n *nova) resize(_ *request, s *server, in object) (answer, error) {
	f := n.flavors.get(str(in, "flavorRef"))
	switch {
	case f == nil:
		return answer{}, refuse(http.StatusBadRequest, "Flavor %s could not be found.", str(in, "flavorRef"))
	case f.id == s.flavor.id:
		return answer{}, refuse(http.StatusBadRequest, "When resizing, instances must change flavor!")
	case f.diskGB == 0 && s.flavor.diskGB != 0 && s.image != "":
		return answer{}, refuse(http.StatusBadRequest, "Resize to zero disk flavor is not allowed.")
	}
	if err := n.checkResizeQuota(s, f); err != nil {
		return answer{}, err
	}
	s.oldFlavor = s.flavor
	n.start(s, "resize_prep", func(*nova, *server) {
		s.flavor, s.vmState = *f, "resized"
	})
	return accepted()
}

func (n *nova) confirmResize(_ *request, s *server, _ object) (answer, error) {
	n.start(s, "", func(*nova, *server) {
		s.vmState, s.oldFlavor = "active", flavor{}
		if s.power == powerShutdown {
			s.vmState = "stopped"
		}
	})
	return answer{status: http.StatusNoContent, header: http.Header{}, contentType: "application/json"}, nil
}

func (n *nova) reverted(s *server) {
	s.flavor, s.oldFlavor, s.vmState = s.oldFlavor, flavor{}, "active"
	if s.power == powerShutdown {
		s.vmState = "stopped"
	}
}

// snapshot makes an image of a server.
func (n *nova) snapshot(s *server, name string, metadata map[string]string) *image {
	properties := map[string]string{
		"instance_uuid": s.id, "image_type": "snapshot", "user_id": s.user, "base_image_ref": s.image,
		"owner_project_name": n.cloud.keystone.projects.get(s.project).name,
	}
	maps.Copy(properties, metadata)
	i := n.cloud.glance.add(&image{
		name: name, owner: s.project, status: "queued", visibility: "private", minDisk: s.flavor.diskGB,
		properties: properties,
	})
	n.cloud.later(func() {
		i.status, i.diskFormat, i.containerFormat, i.size, i.updated = "active", "raw", "bare", 48, n.cloud.now()
	})
	return i
}

// createImage answers the new image's id: in Location before 2.45, in the body from then on.
func (n *nova) createImage(r *request, s *server, in object) (answer, error) {
	i := n.snapshot(s, str(in, "name"), words(in, "metadata"))
	n.start(s, "image_snapshot", func(*nova, *server) {})
	if r.minor >= 45 {
		return reply(http.StatusAccepted, object{"image_id": i.id})
	}
	a, err := accepted()
	root := strings.TrimSuffix(r.root, n.mount()) + n.cloud.glance.mount()
	a.header.Set("Location", root+"/images/"+i.id)
	return a, err
}

func (n *nova) lock(_ *request, s *server, in object) (answer, error) {
	s.locked, s.lockedReason = true, str(in, "locked_reason")
	return accepted()
}

func (n *nova) unlock(_ *request, s *server, _ object) (answer, error) {
	s.locked, s.lockedReason = false, ""
	return accepted()
}

// changePassword answers when the hypervisor has done it. Nova API: change administrative password.
func (n *nova) changePassword(_ *request, s *server, in object) (answer, error) {
	s.adminPass, s.updated = str(in, "adminPass"), n.cloud.now()
	return accepted()
}

func (n *nova) rescue(_ *request, s *server, in object) (answer, error) {
	n.start(s, "rescuing", became("rescued", powerRunning))
	return reply(http.StatusOK, object{"adminPass": cmp.Or(str(in, "adminPass"), secret(9))})
}

func (n *nova) addSecurityGroup(_ *request, s *server, in object) (answer, error) {
	g := n.findGroup(s.project, str(in, "name"))
	if g == nil {
		return answer{}, refuse(http.StatusNotFound, "Security group %s is not found for project %s", str(in, "name"), s.project)
	}
	for _, p := range n.portsOf(s) {
		if !slices.Contains(p.groups, g.id) {
			p.groups = append(p.groups, g.id)
		}
	}
	return accepted()
}

func (n *nova) removeSecurityGroup(_ *request, s *server, in object) (answer, error) {
	g := n.findGroup(s.project, str(in, "name"))
	if g == nil {
		return answer{}, refuse(http.StatusNotFound, "Security group %s is not found for project %s", str(in, "name"), s.project)
	}
	found := false
	for _, p := range n.portsOf(s) {
		if i := slices.Index(p.groups, g.id); i >= 0 {
			found = true
			p.groups = slices.Delete(slices.Clone(p.groups), i, i+1)
		}
	}
	if !found {
		return answer{}, refuse(http.StatusNotFound, "Security group %s not associated with the instance %s", g.id, s.id)
	}
	return accepted()
}
