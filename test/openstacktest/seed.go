package openstacktest

import (
	"net/netip"
)

// DemoPublicKey is the public key of the seeded keypair demo.
const DemoPublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMCrgRp+9LlFnjjBZobagdSUG7e/BOcpoPMzf7MnMAha demo"

// seed fills a new cloud: the domain Default with the users admin, demo, reader and other, four
// flavors, two images, a private and a public network with a router between them, and the keypair
// demo. Ids depend on names only and are the same in every run.
func (c *Cloud) seed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seedIdentity()
	c.seedFlavors()
	c.seedImages()
	c.seedNetworks()
	k := &keypair{name: "demo", publicKey: DemoPublicKey, kind: "ssh", number: 1, created: c.now()}
	k.fingerprint, _ = fingerprintOf(k.publicKey)
	c.nova.keypairsOf(seedHexID("user demo")).add(k.name, k)
}

func (c *Cloud) seedIdentity() {
	for _, name := range []string{"admin", "demo", "other"} {
		p := &project{id: seedHexID("project " + name), name: name}
		c.keystone.projects.add(p.id, p)
	}
	member := []string{"reader", "member"}
	for _, u := range []struct {
		name, password, project string
		roles                   []string
	}{
		{"admin", "admin-secret", "admin", []string{"reader", "member", "admin"}},
		{"demo", "demo-secret", "demo", member},
		{"reader", "demo-secret", "demo", []string{"reader"}},
		{"other", "demo-secret", "other", member},
	} {
		project := seedHexID("project " + u.project)
		c.keystone.users.add(seedHexID("user "+u.name), &user{
			id: seedHexID("user " + u.name), name: u.name, password: u.password, defaultProject: project, home: defaultDomain,
			roles: map[string][]string{project: u.roles},
		})
	}
}

func (c *Cloud) seedFlavors() {
	for _, f := range []flavor{
		{name: "m1.tiny", vcpus: 1, ramMB: 512, diskGB: 1},
		{name: "m1.small", vcpus: 1, ramMB: 2048, diskGB: 20},
		{name: "m1.medium", vcpus: 2, ramMB: 4096, diskGB: 40},
		{name: "hpc-große-Maschine_2", vcpus: 4, ramMB: 8192, diskGB: 80, specs: map[string]string{"hw:cpu_policy": "shared"}},
	} {
		c.addFlavor(f)
	}
}

func (c *Cloud) addFlavor(f flavor) *flavor {
	f.id = seedUUID("flavor " + f.name)
	if f.specs == nil {
		f.specs = map[string]string{}
	}
	c.nova.flavors.add(f.id, &f)
	return &f
}

func (c *Cloud) seedImages() {
	for _, i := range []image{
		{name: "Debian 12 – größer", properties: map[string]string{"os_distro": "debian", "os_version": "12"}},
		{name: "cirros", properties: map[string]string{"os_distro": "cirros"}},
	} {
		i.id, i.owner = seedUUID("image "+i.name), seedHexID("project admin")
		i.status, i.visibility, i.diskFormat, i.containerFormat, i.minDisk, i.size = "active", "public", "raw", "bare", 1, 4096
		c.glance.add(&i)
	}
}

func (c *Cloud) seedNetworks() {
	n := c.neutron
	for _, p := range c.keystone.projects.order {
		n.defaultGroup(p.id)
	}
	demo := n.defaultGroup(seedHexID("project demo"))
	n.newRule(demo, &securityRule{direction: "ingress", ethertype: "IPv4", protocol: "icmp"})
	for _, at := range []int{22, 80, 443} {
		n.newRule(demo, &securityRule{direction: "ingress", ethertype: "IPv4", protocol: "tcp", first: at, last: at})
	}
	pool := &subnetPool{
		record: c.seedRecord("subnetpool", "auto", "admin"), prefix: netip.MustParsePrefix("10.64.0.0/16"), length: 24, isDefault: true,
	}
	n.pools.add(pool.id, pool)
	public := c.seedNetwork("public", "admin", "203.0.113.0/24")
	public.external, public.isDefault, public.mtu = true, true, 1500
	private := c.seedNetwork("private", "demo", "10.0.0.0/22")
	n.subnets.get(seedUUID("subnet private")).dns = []any{"10.0.0.2"}
	o := &router{record: c.seedRecord("router", "router", "demo"), adminUp: true, neutron: n}
	n.routers.add(o.id, o)
	for _, w := range []*network{public, private} {
		s := n.subnets.get(seedUUID("subnet " + w.name))
		p := n.newPort(w, c.seedRecord("port", "router on "+w.name, ""))
		p.name, p.device, p.secured = "", o.id, false
		p.owner, p.addresses = ownerGateway, []address{{s.id, s.gateway.Next()}}
		if w == private {
			p.owner, p.project, p.addresses = ownerInterface, o.project, []address{{s.id, s.gateway}}
		}
		n.ports.add(p.id, p)
	}
}

func (c *Cloud) seedRecord(kind, name, project string) record {
	r := record{id: seedUUID(kind + " " + name), name: name, tags: []string{}, created: c.now(), updated: c.now()}
	if project != "" {
		r.project = seedHexID("project " + project)
	}
	return r
}

// seedNetwork adds a network with one subnet.
func (c *Cloud) seedNetwork(name, project, cidr string) *network {
	return c.neutron.addNetwork(c.seedRecord("network", name, project), c.seedRecord("subnet", name, project), netip.MustParsePrefix(cidr))
}
