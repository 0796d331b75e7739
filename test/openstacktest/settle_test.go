package openstacktest

import (
	"net/http"
	"testing"
	"time"
)

// field reads a text at a path of an answer.
func field(body object, path ...string) string {
	for _, name := range path[:len(path)-1] {
		body = child(body, name)
	}
	return str(body, path[len(path)-1])
}

func TestStateSettlesOnTheClock(t *testing.T) {
	t.Parallel()
	at := newClock()
	c := start(t, Options{Settle: time.Minute, Now: at.Now})
	demo := as(t, c, "demo")
	server, volume := demo.boot("a"), demo.make("/volume/v3/volumes", `{"volume": {"size": 1}}`, http.StatusAccepted)
	serverPath, volumePath := "/compute/v2.1/servers/"+server, "/volume/v3/volumes/"+volume
	status := func(wantServer, wantVolume string) {
		t.Helper()
		if got := field(demo.get(serverPath), "server", "status"); got != wantServer {
			t.Errorf("server %s, want %s", got, wantServer)
		}
		if got := field(demo.get(volumePath), "volume", "status"); got != wantVolume {
			t.Errorf("volume %s, want %s", got, wantVolume)
		}
	}
	status("BUILD", "creating")
	at.advance(time.Minute - time.Nanosecond)
	status("BUILD", "creating")
	at.advance(time.Nanosecond)
	status("ACTIVE", "available")

	demo.do(http.MethodPost, serverPath+"/os-volume_attachments", `{"volumeAttachment": {"volumeId": "`+volume+`"}}`, http.StatusOK)
	status("ACTIVE", "attaching")
	at.advance(time.Minute)
	status("ACTIVE", "in-use")
	demo.do(http.MethodDelete, serverPath+"/os-volume_attachments/"+volume, "", http.StatusAccepted)
	demo.do(http.MethodPost, serverPath+"/action", `{"os-stop": null}`, http.StatusAccepted)
	status("ACTIVE", "detaching")
	if got := field(demo.get(serverPath), "server", "OS-EXT-STS:task_state"); got != "powering-off" {
		t.Errorf("task %q, want powering-off", got)
	}
	demo.do(http.MethodPost, serverPath+"/action", `{"os-stop": null}`, http.StatusConflict)
	at.advance(time.Minute)
	status("SHUTOFF", "available")

	demo.do(http.MethodDelete, serverPath, "", http.StatusNoContent)
	status("SHUTOFF", "available")
	at.advance(time.Minute)
	demo.do(http.MethodGet, serverPath, "", http.StatusNotFound)
}

func TestByDefaultTheNextRequestSeesTheEnd(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	body := demo.do(http.MethodPost, "/volume/v3/volumes", `{"volume": {"size": 1}}`, http.StatusAccepted)
	if got := field(body, "volume", "status"); got != "creating" {
		t.Errorf("status %q in the answer, want creating", got)
	}
	if got := field(demo.get("/volume/v3/volumes/"+field(body, "volume", "id")), "volume", "status"); got != "available" {
		t.Errorf("status %q in the next answer, want available", got)
	}
}

func TestAServerDeletedWhileBuildingStaysGone(t *testing.T) {
	t.Parallel()
	at := newClock()
	c := start(t, Options{Settle: time.Minute, Now: at.Now})
	demo := as(t, c, "demo")
	id := demo.boot("a")
	demo.do(http.MethodDelete, "/compute/v2.1/servers/"+id, "", http.StatusNoContent)
	at.advance(2 * time.Minute)
	demo.do(http.MethodGet, "/compute/v2.1/servers/"+id, "", http.StatusNotFound)
	for _, p := range c.Ports("demo") {
		if p.DeviceID == id {
			t.Errorf("port %+v is left behind", p)
		}
	}
}

func TestEventsRunInTheOrderOfTheirTimes(t *testing.T) {
	t.Parallel()
	at := newClock()
	c := start(t, Options{Settle: time.Minute, Now: at.Now})
	var order []string
	c.mu.Lock()
	defer c.mu.Unlock()
	c.later(func() {
		order = append(order, "first")
		c.later(func() { order = append(order, "third") })
	})
	c.later(func() { order = append(order, "second") })
	at.advance(time.Minute)
	c.settle()
	at.advance(time.Minute)
	c.settle()
	if got, want := len(order), 3; got != want || order[0] != "first" || order[1] != "second" || order[2] != "third" {
		t.Errorf("order %v, want first, second, third", order)
	}
}
