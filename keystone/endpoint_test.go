package keystone

import (
	"net/netip"
	"testing"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	specs := map[service]serviceSpec{}
	for _, spec := range serviceSpecs {
		specs[spec.service] = spec
	}
	const p = projectID
	for _, tc := range []struct {
		service service
		raw     string
		want    string
		root    string // path
	}{
		{computeService, "http://nova:8774/v2.1", "http://nova:8774/v2.1/", "/"},
		{computeService, "http://nova:8774/v2.1/", "http://nova:8774/v2.1/", "/"},
		{computeService, "http://nova:8774/v2.1/" + p, "http://nova:8774/v2.1/" + p + "/", "/"},
		{computeService, "http://nova:8774/v2.1/" + p + "/", "http://nova:8774/v2.1/" + p + "/", "/"},
		{computeService, "http://nova:8774/v2/" + p, "http://nova:8774/v2.1/" + p + "/", "/"},
		{computeService, "http://nova:8774/v2", "http://nova:8774/v2.1/", "/"},
		{computeService, "http://nova:8774", "http://nova:8774/v2.1/", "/"},
		{computeService, "http://nova:8774/", "http://nova:8774/v2.1/", "/"},
		{computeService, "https://cloud.example.org/compute/v2.1", "https://cloud.example.org/compute/v2.1/", "/compute/"},
		{computeService, "https://cloud.example.org/compute", "https://cloud.example.org/compute/v2.1/", "/compute/"},
		{computeService, "https://cloud.example.org//compute//v2.1//", "https://cloud.example.org/compute/v2.1/", "/compute/"},
		{computeService, "https://cloud.example.org/v1/compute", "https://cloud.example.org/v1/compute/v2.1/", "/v1/compute/"},
		{computeService, "https://[2001:db8::7]:13774/v2.1", "https://[2001:db8::7]:13774/v2.1/", "/"},
		{computeService, "https://cloud.example.org/a%2Fb/v2.1", "https://cloud.example.org/a%2Fb/v2.1/", "/a%2Fb/"},
		{networkService, "http://neutron:9696", "http://neutron:9696/v2.0/", "/"},
		{networkService, "http://neutron:9696/", "http://neutron:9696/v2.0/", "/"},
		{networkService, "http://neutron:9696/v2.0", "http://neutron:9696/v2.0/", "/"},
		{networkService, "https://cloud.example.org/networking/v2.0/", "https://cloud.example.org/networking/v2.0/", "/networking/"},
		{networkService, "https://cloud.example.org:13696/networking", "https://cloud.example.org:13696/networking/v2.0/", "/networking/"},
		{imageService, "http://glance:9292", "http://glance:9292/v2/", "/"},
		{imageService, "http://glance:9292/v2", "http://glance:9292/v2/", "/"},
		{imageService, "http://glance:9292/v1", "http://glance:9292/v2/", "/"},
		{imageService, "https://cloud.example.org/image/v2/", "https://cloud.example.org/image/v2/", "/image/"},
		{volumeService, "http://cinder:8776/v3/" + p, "http://cinder:8776/v3/" + p + "/", "/"},
		{volumeService, "http://cinder:8776/v3", "http://cinder:8776/v3/" + p + "/", "/"},
		{volumeService, "http://cinder:8776/v3/", "http://cinder:8776/v3/" + p + "/", "/"},
		{volumeService, "http://cinder:8776", "http://cinder:8776/v3/" + p + "/", "/"},
		{volumeService, "http://cinder:8776/v2/" + p, "http://cinder:8776/v3/" + p + "/", "/"},
		{volumeService, "http://cinder:8776/v3/AUTH_" + p, "http://cinder:8776/v3/AUTH_" + p + "/", "/"},
		{volumeService, "https://cloud.example.org/volume/v3/" + p, "https://cloud.example.org/volume/v3/" + p + "/", "/volume/"},
		{volumeService, "https://cloud.example.org/volume/v3", "https://cloud.example.org/volume/v3/" + p + "/", "/volume/"},
	} {
		e := resolve(specs[tc.service], tc.raw, p)
		if e.err != nil {
			t.Errorf("resolve(%s, %q): %v", tc.service, tc.raw, e.err)
			continue
		}
		if e.url != tc.want || e.route.path != tc.root {
			t.Errorf("resolve(%s, %q) = %q below %q, want %q below %q", tc.service, tc.raw, e.url, e.route.path, tc.want, tc.root)
		}
		u, err := parseEndpoint(e.url)
		if err != nil || !e.route.holds(u) {
			t.Errorf("resolve(%s, %q): %q is outside its own route (%v)", tc.service, tc.raw, e.url, err)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "nova:8774", "file:///etc/passwd", "gopher://nova", "ftp://nova/v2.1", "/v2.1", "//nova/v2.1", "http:///v2.1",
		"http://user:password@nova/v2.1", "http://nova/v2.1?x=y", "http://nova/v2.1#f", "http://nova:x/",
		"http://169.254.169.254/v2.1", "https://169.254.0.1", "http://[fe80::1]/v2.1", "http://[fe80::1%25eth0]/v2.1",
		"http://[::ffff:169.254.169.254]/", "http://0.0.0.0:8774", "http://[::]:8774", "http://[fd00:ec2::254]/",
	} {
		e := resolve(serviceSpecs[0], raw, projectID)
		if e.err == nil || e.err.Kind != NoService || e.url != "" {
			t.Errorf("resolve(%q) = %q, %v, want a NoService error", raw, e.url, e.err)
		}
	}
}

func TestForbiddenAddr(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]bool{
		"169.254.169.254": true, "169.254.0.0": true, "169.254.255.255": true, "::ffff:169.254.1.1": true, "::ffff:0.0.0.0": true,
		"fe80::1": true, "febf::1": true, "fe80::1%lo": true, "0.0.0.0": true, "::": true, "fd00:ec2::254": true,
		"127.0.0.1": false, "::1": false, "10.0.0.1": false, "169.253.255.255": false, "169.255.0.0": false,
		"192.0.2.1": false, "fec0::1": false, "2001:db8::1": false,
	} {
		if got := forbiddenAddr(netip.MustParseAddr(addr)); got != want {
			t.Errorf("forbiddenAddr(%s) = %v, want %v", addr, got, want)
		}
	}
}
