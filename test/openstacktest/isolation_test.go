package openstacktest

import (
	"net/http"
	"testing"
)

func TestProjectsAreIsolated(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo, other, admin := as(t, c, "demo"), as(t, c, "other"), as(t, c, "admin")
	server := demo.boot("a")
	network := seedUUID("network private")
	volume := demo.make("/volume/v3/volumes", `{"volume": {"size": 1}}`, http.StatusAccepted)
	image := field(demo.do(http.MethodPost, "/image/v2/images", `{"name": "own"}`, http.StatusCreated), "id")
	floating := demo.make("/networking/v2.0/floatingips", `{"floatingip": {"floating_network_id": "`+seedUUID("network public")+`"}}`, http.StatusCreated)
	paths := []string{
		"/compute/v2.1/servers/" + server, "/compute/v2.1/servers/" + server + "/os-interface", "/volume/v3/volumes/" + volume,
		"/image/v2/images/" + image, "/networking/v2.0/networks/" + network, "/networking/v2.0/subnets/" + seedUUID("subnet private"),
		"/networking/v2.0/routers/" + seedUUID("router router"), "/networking/v2.0/floatingips/" + floating,
		"/networking/v2.0/ports/" + c.Ports("demo")[0].ID, "/networking/v2.0/security-groups/" + c.SecurityGroups("demo")[0].ID,
	}
	for _, path := range paths {
		demo.do(http.MethodGet, path, "", http.StatusOK)
		other.do(http.MethodGet, path, "", http.StatusNotFound)
		admin.do(http.MethodGet, path, "", http.StatusOK)
	}
	for _, path := range []string{
		"/compute/v2.1/servers/" + server, "/volume/v3/volumes/" + volume, "/image/v2/images/" + image, "/networking/v2.0/networks/" + network,
		"/networking/v2.0/floatingips/" + floating,
	} {
		other.do(http.MethodDelete, path, "", http.StatusNotFound)
	}
	other.do(http.MethodGet, "/volume/v3/"+seedHexID("project demo")+"/volumes", "", http.StatusBadRequest)

	if got := len(items(other.get("/compute/v2.1/os-keypairs"), "keypairs")); got != 0 {
		t.Errorf("%d keypairs of another user", got)
	}
	if err := c.ShareNetwork(network); err != nil {
		t.Fatal(err)
	}
	other.get("/networking/v2.0/networks/" + network)
	other.get("/networking/v2.0/subnets/" + seedUUID("subnet private"))
	other.boot("on a shared network")
	other.do(http.MethodDelete, "/networking/v2.0/networks/"+network, "", http.StatusForbidden)
}
