package openstacktest

import (
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// The methods below arrange a cloud for a test past its API: they fill it, bound it and do what only
// an administrator or an accident could.

// AddImages adds n public images named image-0001 and so on, and gives their ids.
func (c *Cloud) AddImages(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = c.glance.add(&image{
			name: fmt.Sprintf("image-%04d", i+1), owner: seedHexID("project admin"), status: "active", visibility: "public",
			diskFormat: "qcow2", containerFormat: "bare", minDisk: 1, size: 1 << 20,
			properties: map[string]string{"os_distro": "debian", "os_version": "12"},
		}).id
	}
	return ids
}

// AddFlavors adds n flavors named flavor-0005 and so on, by how many there are, and gives their ids.
func (c *Cloud) AddFlavors(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := make([]string, n)
	have := len(c.nova.flavors.order)
	for i := range ids {
		ids[i] = c.addFlavor(flavor{name: fmt.Sprintf("flavor-%04d", have+i+1), vcpus: 1 + i%8, ramMB: 1024 * (1 + i%16), diskGB: 10}).id
	}
	return ids
}

// AddServers adds n running servers named server-0001 and so on to a project, each with a port on
// the project's first subnet (if it has one) at the addresses that follow its first free one, and gives
// their ids. Quotas do not count.
func (c *Cloud) AddServers(project string, n int) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.keystone.projectByName(project)
	if p == nil {
		return nil, fmt.Errorf("no project %q", project)
	}
	var at *subnet
	for _, s := range c.neutron.subnets.order {
		if s.project == p.id {
			at = s
			break
		}
	}
	var next address
	if at != nil {
		var err error
		if next, err = c.neutron.allocate(at); err != nil {
			return nil, err
		}
	}
	ids := make([]string, n)
	for i := range ids {
		ids[i] = c.addServer(p, fmt.Sprintf("server-%04d", i+1)).id
		if at == nil {
			continue
		}
		if !at.prefix.Contains(next.ip) {
			return nil, fmt.Errorf("network %q has no more addresses", at.network)
		}
		c.addPort(p, ids[i], next)
		next.ip = next.ip.Next()
	}
	return ids, nil
}

// addServer adds a server of the smallest flavor, made by the user of the project's name and running for an hour.
func (c *Cloud) addServer(p *project, name string) *server {
	s := &server{
		id: newUUID(), name: name, description: name, hostname: name, project: p.id, user: seedHexID("user " + p.name),
		vmState: "active", power: powerRunning, flavor: *c.nova.flavors.get(seedUUID("flavor m1.tiny")), image: seedUUID("image cirros"),
		zone: "nova", metadata: map[string]string{}, tags: []string{}, securityGroups: []string{"default"}, created: c.now().Add(-time.Hour), placed: true,
	}
	s.updated, s.launched = s.created, s.created
	c.nova.servers.add(s.id, s)
	return s
}

// addPort adds a server's port with an address.
func (c *Cloud) addPort(p *project, server string, at address) {
	b := record{id: newUUID(), project: p.id, tags: []string{}, created: c.now(), updated: c.now(), revision: 1}
	made := c.neutron.newPort(c.neutron.networks.get(c.neutron.subnets.get(at.subnet).network), b)
	made.device, made.owner, made.active, made.createdByNova = server, "compute:nova", true, true
	made.groups = []string{c.neutron.defaultGroup(p.id).id}
	made.addresses = []address{at}
	c.neutron.ports.add(made.id, made)
}

// AddNetwork adds a network with one subnet to a project, as its members could, and gives its id.
func (c *Cloud) AddNetwork(project, name, cidr string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return "", err
	}
	p := c.keystone.projectByName(project)
	if p == nil {
		return "", fmt.Errorf("no project %q", project)
	}
	own := func(kind string) record {
		r := c.seedRecord(kind, name, project)
		r.id = newUUID()
		return r
	}
	return c.neutron.addNetwork(own("network"), own("subnet"), prefix.Masked()).id, nil
}

// AddExternalNetwork adds a network to the outside, which the administrator's project owns and all projects see, and
// gives its id. It is not Neutron's default one.
func (c *Cloud) AddExternalNetwork(name, cidr string) (string, error) {
	id, err := c.AddNetwork("admin", name, cidr)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.neutron.networks.get(id).external = true
	return id, nil
}

// SetQuota bounds what a project may have: instances, cores and ram (MB) at Nova, volumes, snapshots
// and gigabytes at Cinder, and by singular name (network, floatingip, port, …) at Neutron.
func (c *Cloud) SetQuota(project, resource string, limit int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.keystone.projectByName(project)
	if p == nil {
		return fmt.Errorf("no project %q", project)
	}
	compute, block := c.nova.quota(p.id), c.cinder.quota(p.id)
	switch resource {
	case "instances":
		compute.instances = limit
	case "cores":
		compute.cores = limit
	case "ram":
		compute.ramMB = limit
	case "volumes":
		block.volumes = limit
	case "snapshots":
		block.snapshots = limit
	case "gigabytes":
		block.gigabytes = limit
	default:
		if _, known := neutronQuotas[resource]; !known {
			return fmt.Errorf("no quota %q", resource)
		}
		if c.neutron.quotas[p.id] == nil {
			c.neutron.quotas[p.id] = make(map[string]int)
		}
		c.neutron.quotas[p.id][resource] = limit
	}
	c.nova.quotas[p.id], c.cinder.quotas[p.id] = compute, block
	return nil
}

// SetServerState puts a server into a VM state with a task under way (or "" for none), as only an
// administrator or an accident could.
func (c *Cloud) SetServerState(id, vmState, taskState string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	s := c.nova.servers.get(id)
	if s == nil {
		return fmt.Errorf("no server %q", id)
	}
	s.vmState, s.taskState = vmState, taskState
	return nil
}

// SetVolumeStatus puts a volume into a status, as only an administrator or an accident could.
func (c *Cloud) SetVolumeStatus(id, status string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	v := c.cinder.volumes.get(id)
	if v == nil {
		return fmt.Errorf("no volume %q", id)
	}
	c.cinder.become(v, status)
	return nil
}

// RemoveFlavor deletes a flavor; servers that have it keep it.
func (c *Cloud) RemoveFlavor(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nova.flavors.remove(id)
}

// RemoveImage deletes an image; servers made from it keep its id.
func (c *Cloud) RemoveImage(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.glance.images.remove(id)
}

// ShareNetwork shows a network to all projects.
func (c *Cloud) ShareNetwork(id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.neutron.networks.get(id)
	if w == nil {
		return fmt.Errorf("no network %q", id)
	}
	w.common = true
	return nil
}

// Grant gives a user, who may be a federated one that has signed in, roles in one more project.
func (c *Cloud) Grant(name, project string, roles ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	users, p := c.keystone.users.order, c.keystone.projectByName(project)
	i := slices.IndexFunc(users, func(u *user) bool { return u.name == name })
	if i < 0 || p == nil {
		return fmt.Errorf("no user %q or no project %q", name, project)
	}
	users[i].roles[p.id] = roles
	return nil
}
