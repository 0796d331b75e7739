package openstacktest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestAnOlderNova(t *testing.T) {
	t.Parallel()
	c := start(t, Options{NovaMax: "2.60", CinderMax: "3.50"})
	demo := as(t, c, "demo")
	demo.at("compute 2.60").do(http.MethodGet, "/compute/v2.1/servers", "", http.StatusOK)
	demo.at("compute 2.61").do(http.MethodGet, "/compute/v2.1/servers", "", http.StatusNotAcceptable)
	demo.at("volume 3.51").do(http.MethodGet, "/volume/v3/volumes", "", http.StatusNotAcceptable)
	if got := field(demo.get("/compute/v2.1"), "version", "version"); got != "2.60" {
		t.Errorf("version %q, want 2.60", got)
	}
	r, err := demo.at("compute latest").try(http.MethodGet, "/compute/v2.1/servers", "")
	if got := r.header.Get("OpenStack-API-Version"); err != nil || got != "compute 2.60" {
		t.Errorf("latest is %q, %v", got, err)
	}
}

func TestAThousandServers(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	ids, err := c.AddServers("demo", 1000)
	if err != nil {
		t.Fatal(err)
	}
	body := demo.get("/compute/v2.1/servers/detail")
	if got := len(items(body, "servers")); got != 1000 {
		t.Fatalf("%d servers, want 1000", got)
	}
	first, _ := items(body, "servers")[0].(object)
	if got, want := str(first, "id"), ids[999]; got != want {
		t.Errorf("first %q, want the newest, %q", got, want)
	}
	seen := make(map[string]bool)
	for _, p := range c.Ports("demo") {
		for _, ip := range p.Addresses {
			if seen[ip] {
				t.Errorf("address %s twice", ip)
			}
			seen[ip] = true
		}
	}
	if want := 1001; len(seen) != want { // the router's too
		t.Errorf("%d addresses, want %d", len(seen), want)
	}
}

func TestWhatADeletedServerLeaves(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	port := demo.make("/networking/v2.0/ports", `{"port": {"network_id": "`+seedUUID("network private")+`"}}`, http.StatusCreated)
	kept := demo.make("/volume/v3/volumes", `{"volume": {"size": 1}}`, http.StatusAccepted)
	body := strings.Replace(serverBody("a", `, "block_device_mapping_v2": [
		{"boot_index": 0, "source_type": "image", "destination_type": "local", "uuid": "`+seedUUID("image cirros")+`"},
		{"boot_index": -1, "source_type": "volume", "destination_type": "volume", "uuid": "`+kept+`"},
		{"boot_index": -1, "source_type": "blank", "destination_type": "volume", "volume_size": 1, "delete_on_termination": true}]`),
		`"networks": [`, `"networks": [{"port": "`+port+`"}, `, 1)
	id := demo.make("/compute/v2.1/servers", body, http.StatusAccepted)
	floating := demo.make("/networking/v2.0/floatingips",
		`{"floatingip": {"floating_network_id": "`+seedUUID("network public")+`", "port_id": "`+port+`"}}`, http.StatusCreated)
	if s := c.Servers("demo")[0]; s.Status != "ACTIVE" || len(s.VolumeIDs) != 2 {
		t.Fatalf("server %+v", s)
	}
	demo.do(http.MethodDelete, "/compute/v2.1/servers/"+id, "", http.StatusNoContent)

	if got := c.Servers("demo"); got != nil {
		t.Errorf("servers %+v", got)
	}
	volumes := c.Volumes("demo")
	if len(volumes) != 1 || volumes[0].ID != kept || volumes[0].Status != "available" {
		t.Errorf("volumes %+v, want the given one, free", volumes)
	}
	ports := slices.DeleteFunc(c.Ports("demo"), func(p Port) bool { return p.DeviceOwner == ownerInterface })
	if len(ports) != 1 || ports[0].ID != port || ports[0].DeviceID != "" {
		t.Errorf("ports %+v, want the given one, free", ports)
	}
	if f := c.FloatingIPs("demo")[0]; f.ID != floating || f.PortID != port {
		t.Errorf("floating IP %+v, want it on the given port still", f)
	}
	demo.do(http.MethodDelete, "/networking/v2.0/ports/"+port, "", http.StatusNoContent)
	if f := c.FloatingIPs("demo")[0]; f.PortID != "" || f.Status != "DOWN" {
		t.Errorf("floating IP %+v, want it free when its port is gone", f)
	}
}

func TestAutoMakesANetworkOnce(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	other := as(t, c, "other").at("compute 2.37")
	body := strings.Replace(serverBody("a", ""), `[{"uuid": "`+seedUUID("network private")+`"}]`, `"auto"`, 1)
	for range 2 {
		other.make("/compute/v2.1/servers", body, http.StatusAccepted)
	}
	networks, routers := c.Networks("other"), c.Routers("other")
	if len(networks) != 1 || networks[0].Name != "auto_allocated_network" || len(routers) != 1 || routers[0].GatewayNetworkID == "" {
		t.Errorf("networks %+v, routers %+v", networks, routers)
	}
	for _, s := range c.Servers("other") {
		if s.Status != "ACTIVE" {
			t.Errorf("server %+v", s)
		}
	}
	none := strings.Replace(body, `"auto"`, `"none"`, 1)
	id := other.make("/compute/v2.1/servers", none, http.StatusAccepted)
	if addresses := child(child(other.get("/compute/v2.1/servers/"+id), "server"), "addresses"); len(addresses) != 0 {
		t.Errorf("addresses %v of a server without networks", addresses)
	}
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	for resource, limit := range map[string]int{
		"instances": 1, "cores": 400, "ram": 512, "volumes": 1, "snapshots": 0, "gigabytes": 10, "network": 1, "floatingip": 0, "port": 2,
	} {
		if err := c.SetQuota("demo", resource, limit); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.SetQuota("demo", "wishes", 3); err == nil {
		t.Error("a quota of wishes was set")
	}
	demo.boot("a")
	volume := demo.make("/volume/v3/volumes", `{"volume": {"size": 10}}`, http.StatusAccepted)
	for _, test := range []struct {
		path, body string
		status     int
		message    string
	}{
		{"/compute/v2.1/servers", serverBody("b", ""), 403, "Quota exceeded for instances, ram: Requested 1, 512, but already used 1, 512 of 1, 512 instances, ram"},
		{"/volume/v3/volumes", `{"volume": {"size": 1}}`, 413, "Requested 1G, quota is 10G and 10G has been consumed."},
		{"/volume/v3/snapshots", `{"snapshot": {"volume_id": "` + volume + `"}}`, 413, "exceeds allowed gigabytes quota"},
		{"/networking/v2.0/networks", `{"network": {}}`, 409, "Quota exceeded for resources: ['network']."},
		{"/networking/v2.0/floatingips", `{"floatingip": {"floating_network_id": "` + seedUUID("network public") + `"}}`, 409, "Quota exceeded for resources: ['floatingip']."},
	} {
		r, err := demo.try(http.MethodPost, test.path, test.body)
		if err != nil {
			t.Fatal(err)
		}
		if r.code != test.status || !strings.Contains(r.text, test.message) {
			t.Errorf("%s: %d %s; want %d, %q", test.path, r.code, r.text, test.status, test.message)
		}
	}
	if err := c.SetQuota("demo", "gigabytes", 100); err != nil {
		t.Fatal(err)
	}
	r, err := demo.try(http.MethodPost, "/volume/v3/volumes", `{"volume": {"size": 1}}`)
	if err != nil || r.code != 413 || !strings.Contains(r.text, "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded") {
		t.Errorf("%d %s, %v", r.code, r.text, err)
	}
}

func TestUserData(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"": true, "YQ==": true, "YWE=": true, "YWFh": true, "YQ==\n": true, "Y Q = =": true, "!!!": true, "YWE=YWE=": true,
		"a": false, "YQ": false, "YQ=": false, "YWFhY": false, strings.Repeat("a", 65536): false,
	} {
		if f := userData("user_data", text, 1); (f == nil) != good {
			t.Errorf("userData(%.20q) = %v, want good: %v", text, f, good)
		}
	}
}
