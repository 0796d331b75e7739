package contract

import (
	"net/http"
	"strings"
)

// transition is an action that takes a server from one status to another; while it is in the
// latter, the refused action is a conflict.
type transition struct {
	name    string
	body    object
	code    int
	status  string
	vmState string
	power   float64 // 0 where it depends on the hypervisor
	refused object  // an action that this state does not allow, and its verb in the message
	verb    string
}

var transitions = []transition{
	{name: "stop", body: object{"os-stop": nil}, code: 202, status: "SHUTOFF", vmState: "stopped", power: 4, refused: object{"suspend": nil}, verb: "suspend"},
	{name: "start", body: object{"os-start": nil}, code: 202, status: "ACTIVE", vmState: "active", power: 1, refused: object{"os-start": nil}, verb: "start"},
	{name: "suspend", body: object{"suspend": nil}, code: 202, status: "SUSPENDED", vmState: "suspended", power: 7, refused: object{"os-stop": nil}, verb: "stop"},
	{name: "resume", body: object{"resume": nil}, code: 202, status: "ACTIVE", vmState: "active", power: 1, refused: object{"resume": nil}, verb: "resume"},
	{name: "pause", body: object{"pause": nil}, code: 202, status: "PAUSED", vmState: "paused", power: 3, refused: object{"reboot": object{"type": "SOFT"}}, verb: "reboot"},
	{name: "unpause", body: object{"unpause": nil}, code: 202, status: "ACTIVE", vmState: "active", power: 1, refused: object{"unpause": nil}, verb: "unpause"},
	{name: "reboot soft", body: object{"reboot": object{"type": "SOFT"}}, code: 202, status: "ACTIVE", vmState: "active", power: 1, refused: object{"unshelve": nil}, verb: "unshelve"},
	{name: "reboot hard", body: object{"reboot": object{"type": "HARD"}}, code: 202, status: "ACTIVE", vmState: "active", power: 1, refused: object{"confirmResize": nil}, verb: "confirmResize"},
	{name: "resize", body: object{"resize": object{"flavorRef": "{bigger}"}}, code: 202, status: "VERIFY_RESIZE", vmState: "resized", power: 1, refused: object{"os-stop": nil}, verb: "stop"},
	{name: "revert the resize", body: object{"revertResize": nil}, code: 202, status: "ACTIVE", vmState: "active", power: 1, refused: object{"revertResize": nil}, verb: "revertResize"},
	{name: "resize again", body: object{"resize": object{"flavorRef": "{bigger}"}}, code: 202, status: "VERIFY_RESIZE", vmState: "resized", power: 1},
	{name: "confirm the resize", body: object{"confirmResize": nil}, code: 204, status: "ACTIVE", vmState: "active", power: 1},
	{name: "shelve", body: object{"shelve": nil}, code: 202, status: "SHELVED_OFFLOADED", vmState: "shelved_offloaded", power: 4, refused: object{"pause": nil}, verb: "pause"},
	{name: "unshelve", body: object{"unshelve": nil}, code: 202, status: "ACTIVE", vmState: "active", power: 1},
	{name: "rescue", body: object{"rescue": nil}, code: 200, status: "RESCUE", vmState: "rescued", refused: object{"rescue": nil}, verb: "rescue"},
	{name: "unrescue", body: object{"unrescue": nil}, code: 202, status: "ACTIVE", vmState: "active", power: 1, refused: object{"unrescue": nil}, verb: "unrescue"},
	{name: "rebuild", body: object{"rebuild": object{"imageRef": "{image}"}}, code: 202, status: "ACTIVE", vmState: "active", power: 1},
}

// resized is the step that resizes the server for good; the next one confirms it.
const resized = 10

var actionFacts = append(transitionFacts(), []fact{
	{"unknown, missing and malformed actions are 400", func(c *cloud, f *fixture) {
		now := c.serverBecomes(f.server, "ACTIVE")
		act := func(body object, message string) {
			c.Helper()
			c.post("compute", "/servers/"+f.server+"/action", body).status(400).refuses("compute", message)
		}
		act(object{"wish": nil}, "There is no such action: wish")
		act(object{}, "Malformed request body")
		act(object{"reboot": nil}, "Invalid input for field/attribute reboot. Value: None. None is not of type 'object'")
		act(object{"reboot": object{"type": "X"}}, "'X' is not one of ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']")
		act(object{"resize": object{"flavorRef": "none"}}, "Flavor none could not be found.")
		act(object{"resize": object{"flavorRef": c.str(now, "flavor", "id")}}, "When resizing, instances must change flavor!")
		act(object{"rebuild": object{"imageRef": nothing}}, "Cannot find image for rebuild")
	}},
	{"a resized server has the new flavor", func(c *cloud, f *fixture) {
		s := c.serverBecomes(f.server, "ACTIVE")
		if get(s, "flavor", "id") == f.flavor { // nobody has resized it
			for _, i := range []int{resized, resized + 1} {
				transitions[i].check(c, f)
			}
			s = c.serverBecomes(f.server, "ACTIVE")
		}
		if got := get(s, "flavor", "id"); got != f.bigger {
			c.Errorf("flavor %v, want %q", got, f.bigger)
		}
	}},
	{"a rebuild answers with the server and its password", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		r := c.post("compute", "/servers/"+f.server+"/action", object{"rebuild": object{"imageRef": f.image}}).status(202)
		if got, want := r.header.Get("Location"), c.urls["compute"]+"/servers/"+f.server; got != want {
			c.Errorf("Location %q, want %q", got, want)
		}
		c.has(r, serverShape.without(
			"OS-EXT-AZ:availability_zone", "config_drive", "key_name", "OS-SRV-USG:launched_at", "OS-SRV-USG:terminated_at", "OS-EXT-STS:task_state",
			"OS-EXT-STS:vm_state", "OS-EXT-STS:power_state", "os-extended-volumes:volumes_attached", "security_groups",
		).with(shape{"status": is("REBUILD"), "adminPass": text, "addresses": anything}), "server")
		c.serverBecomes(f.server, "ACTIVE")
	}},
	{"a shelved server's disk is an image until it is unshelved", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		images := func() int {
			return len(c.list(c.get("image", "/images?name=contract-server-shelved").status(200).body, "images"))
		}
		c.post("compute", "/servers/"+f.server+"/action", object{"shelve": nil}).status(202)
		c.serverBecomes(f.server, "SHELVED_OFFLOADED")
		if got := images(); got != 1 {
			c.Errorf("%d images of the shelved server, want 1", got)
		}
		c.post("compute", "/servers/"+f.server+"/action", object{"unshelve": nil}).status(202)
		c.serverBecomes(f.server, "ACTIVE")
		c.eventually("no image of the shelved server", func() (bool, string) { return images() == 0, "" })
	}},
	{"a locked server refuses its owner's changes and shows it from 2.9 on", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server
		c.post("compute", path+"/action", object{"lock": nil}).status(202)
		c.post("compute", path+"/action", object{"os-stop": nil}).status(409).refuses("compute", "Instance "+f.server+" is locked")
		if got := get(c.at("compute 2.9").get("compute", path).body, "server", "locked"); got != true {
			c.Errorf("locked is %v", got)
		}
		c.post("compute", path+"/action", object{"unlock": nil}).status(202)
	}},
	{"an image of a server: its id in Location before 2.45, in the body from then on", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/action"
		body := object{"createImage": object{"name": "contract-snapshot", "metadata": object{"contract": "yes"}}}
		r := c.post("compute", path, body).status(202)
		location := r.header.Get("Location")
		first := location[strings.LastIndexByte(location, '/')+1:]
		c.Cleanup(func() { c.erase("image", "/images/"+first) })
		if wrong := uuid(first); wrong != "" || r.text != "" {
			c.Fatalf("Location %q, body %q: %s", location, r.text, wrong)
		}
		c.serverBecomes(f.server, "ACTIVE")
		r = c.at("compute 2.45").post("compute", path, body).status(202)
		second := c.str(r.body, "image_id")
		c.Cleanup(func() { c.erase("image", "/images/"+second) })
		if r.header.Get("Location") != "" {
			c.Errorf("Location %q at 2.45", r.header.Get("Location"))
		}
		c.serverBecomes(f.server, "ACTIVE")
		c.eventually("image active", func() (bool, string) {
			r := c.get("image", "/images/"+second).status(200)
			return r.body["status"] == "active", r.text
		})
		r = c.get("image", "/images/"+second)
		for property, want := range map[string]any{
			"name": "contract-snapshot", "visibility": "private", "owner": c.projectID, "contract": "yes", "image_type": "snapshot",
			"instance_uuid": f.server, "base_image_ref": f.image,
		} {
			if r.body[property] != want {
				c.Errorf("%s is %v, want %v", property, r.body[property], want)
			}
		}
	}},
	{"the password of an active server is changed when Nova answers, whatever it is", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		action := "/servers/" + f.server + "/action"
		for _, password := range []string{"", " Paß\twort\n\U0001f511", strings.Repeat("x", 3000)} {
			r := c.post("compute", action, object{"changePassword": object{"adminPass": password}}).status(http.StatusAccepted)
			if now := c.get("compute", "/servers/"+f.server).status(200); r.text != "" || get(now.body, "server", "OS-EXT-STS:task_state") != nil {
				c.Errorf("answer %q, then %s", r.text, now.text)
			}
		}
		c.post("compute", action, object{"changePassword": object{}}).status(400).refuses("compute", "'adminPass' is a required property")
		c.post("compute", action, object{"changePassword": object{"adminPass": 5}}).status(400).
			refuses("compute", "Invalid input for field/attribute adminPass. Value: 5. 5 is not of type 'string'")
		c.post("compute", action, object{"os-stop": nil}).status(202)
		c.serverBecomes(f.server, "SHUTOFF")
		c.post("compute", action, object{"changePassword": object{"adminPass": "x"}}).status(409).
			refuses("compute", "Cannot 'changePassword' instance "+f.server+" while it is in vm_state stopped")
		c.post("compute", action, object{"os-start": nil}).status(202)
		c.serverBecomes(f.server, "ACTIVE")
	}},
	{"console output", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		r := c.post("compute", "/servers/"+f.server+"/action", object{"os-getConsoleOutput": object{"length": 5}}).status(200)
		c.str(r.body, "output")
	}},
	{"the URL of a console: from 2.6 on all are had in one way, before by actions", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server
		console := object{"remote_console": object{"protocol": "vnc", "type": "novnc"}}
		c.at("compute 2.5").post("compute", path+"/remote-consoles", console).status(http.StatusNotFound)
		r := c.at("compute 2.6").post("compute", path+"/remote-consoles", console).status(200)
		c.has(r, shape{"protocol": is("vnc"), "type": is("novnc"), "url": url}, "remote_console")
		for _, version := range []string{"", "compute 2.5"} {
			r = c.at(version).post("compute", path+"/action", object{"os-getVNCConsole": object{"type": "novnc"}}).status(200)
			c.has(r, shape{"type": is("novnc"), "url": url}, "console")
		}
		c.at("compute 2.6").post("compute", path+"/action", object{"os-getVNCConsole": object{"type": "novnc"}}).
			status(404).refuses("compute", "The resource could not be found.")
	}},
	{"a console that the cloud has not is 400", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server
		for kind, protocol := range map[string]string{"spice-html5": "spice", "serial": "serial", "webmks": "mks"} {
			console := object{"remote_console": object{"protocol": protocol, "type": kind}}
			c.at("compute 2.8").post("compute", path+"/remote-consoles", console).status(400).refuses("compute", "Unavailable console type "+kind+".")
		}
		for action, kind := range map[string]string{"os-getSPICEConsole": "spice-html5", "os-getSerialConsole": "serial"} {
			c.post("compute", path+"/action", object{action: object{"type": kind}}).status(400).refuses("compute", "Unavailable console type "+kind+".")
		}
		c.post("compute", path+"/action", object{"os-getVNCConsole": object{"type": "none"}}).status(400).refuses("compute", "'none' is not one of ['novnc', 'xvpvnc']")
	}},
	{"there is no console while a server is being built: 409", func(c *cloud, f *fixture) {
		if c.target.Simulated {
			return // it builds at once; a test of the gateway has one that does not
		}
		id := c.boot(f, object{"name": "contract-early"})
		c.post("compute", "/servers/"+id+"/action", object{"os-getVNCConsole": object{"type": "novnc"}}).
			status(409).refuses("compute", "Instance "+id+" is not ready")
	}},
}...)

// transitionFacts follow the server of the fixture through its states, in order.
func transitionFacts() []fact {
	facts := make([]fact, len(transitions))
	for i, step := range transitions {
		facts[i] = fact{step.name + ": " + step.status, func(c *cloud, f *fixture) {
			c.bringBefore(f, i)
			step.check(c, f)
		}}
	}
	return facts
}

// bringBefore waits until the server can take a step. If those before were not checked, since only some facts are, they
// are taken now.
func (c *cloud) bringBefore(f *fixture, step int) {
	c.Helper()
	want := "ACTIVE"
	if step > 0 {
		want = transitions[step-1].status
	}
	now := c.settled(f.server)
	if now != want && step > 0 {
		c.bringBefore(f, step-1)
		transitions[step-1].check(c, f)
	}
	c.serverBecomes(f.server, want)
}

// settled waits until nothing is done to a server, and gives its status.
func (c *cloud) settled(id string) string {
	c.Helper()
	var s object
	c.eventually("server settled", func() (bool, string) {
		r := c.get("compute", "/servers/"+id).status(200)
		s, _ = get(r.body, "server").(object)
		return s["status"] != "BUILD" && s["OS-EXT-STS:task_state"] == nil, r.text
	})
	return c.str(s, "status")
}

func (step transition) check(c *cloud, f *fixture) {
	action := "/servers/" + f.server + "/action"
	c.post("compute", action, f.fill(step.body)).status(step.code)
	s := c.serverBecomes(f.server, step.status)
	if s["OS-EXT-STS:vm_state"] != step.vmState || step.power != 0 && s["OS-EXT-STS:power_state"] != step.power {
		c.Errorf("vm_state %v, power_state %v; want %s, %v", s["OS-EXT-STS:vm_state"], s["OS-EXT-STS:power_state"], step.vmState, step.power)
	}
	if step.refused != nil {
		c.post("compute", action, step.refused).status(http.StatusConflict).
			refuses("compute", "Cannot '"+step.verb+"' instance "+f.server+" while it is in vm_state "+step.vmState)
	}
}
