package openstacktest

import (
	"maps"
	"slices"
)

// The types below are what tests see of the cloud's state without an API call: copies, in the order
// in which the things were made.

// Server is a Nova server.
type Server struct {
	ID, Name, Description, Status, TaskState string
	FlavorID, ImageID, KeyName, UserData     string // UserData as given: base64
	AdminPass, UserID                        string // AdminPass as given, "" if Nova chose it at creation
	Metadata                                 map[string]string
	Tags, SecurityGroups, VolumeIDs          []string
	Locked                                   bool
}

// Volume is a Cinder volume; ServerIDs are the servers it is on.
type Volume struct {
	ID, Name, Description, Status, SnapshotID, UserID string
	SizeGB                                            int
	Bootable                                          bool
	Metadata                                          map[string]string
	ServerIDs                                         []string
}

// Snapshot is a Cinder snapshot.
type Snapshot struct {
	ID, Name, VolumeID, Status string
	SizeGB                     int
}

// Backup is a Cinder backup.
type Backup struct{ ID, Name, VolumeID, Status string }

// Port is a Neutron port.
type Port struct {
	ID, Name, NetworkID, DeviceID, DeviceOwner, MAC, Status string
	Addresses, SecurityGroups, Tags                         []string
}

// Network is a Neutron network.
type Network struct {
	ID, Name, Description string
	SubnetIDs, Tags       []string
	External, Shared      bool
}

// Subnet is a Neutron subnet.
type Subnet struct{ ID, Name, NetworkID, CIDR, GatewayIP string }

// Router is a Neutron router; GatewayNetworkID is empty without a gateway.
type Router struct{ ID, Name, GatewayNetworkID string }

// FloatingIP is a Neutron floating IP; PortID is empty while it is free.
type FloatingIP struct{ ID, Address, NetworkID, PortID, Status string }

// SecurityGroup is a Neutron security group.
type SecurityGroup struct{ ID, Name string }

// Keypair is a Nova keypair.
type Keypair struct{ Name, PublicKey string }

// Image is a Glance image.
type Image struct{ ID, Name, Status, Visibility string }

// read shows things under the lock, after what is due has happened.
func read[T, V any](c *Cloud, t *table[T], pass func(*T) bool, show func(*T) V) []V {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	var shown []V
	for _, item := range t.all(pass) {
		shown = append(shown, show(item))
	}
	return shown
}

// Servers are a project's servers.
func (c *Cloud) Servers(project string) []Server {
	id := seedHexID("project " + project)
	return read(c, &c.nova.servers, func(s *server) bool { return s.project == id }, func(s *server) Server {
		v := Server{
			ID: s.id, Name: s.name, Description: s.description, Status: s.status(), TaskState: s.taskState,
			FlavorID: s.flavor.id, ImageID: s.image, KeyName: s.keyName, UserData: s.userData,
			AdminPass: s.adminPass, UserID: s.user,
			Metadata: maps.Clone(s.metadata), Tags: slices.Clone(s.tags), SecurityGroups: slices.Clone(s.securityGroups), Locked: s.locked,
		}
		for _, volume := range s.volumes {
			v.VolumeIDs = append(v.VolumeIDs, volume.volume)
		}
		return v
	})
}

// Keypairs are a user's keypairs.
func (c *Cloud) Keypairs(user string) []Keypair {
	c.mu.Lock()
	own := c.nova.keypairsOf(seedHexID("user " + user))
	c.mu.Unlock()
	return read(c, own, anyOne[keypair], func(k *keypair) Keypair {
		return Keypair{Name: k.name, PublicKey: k.publicKey}
	})
}

func anyOne[T any](*T) bool { return true }

// Volumes are a project's volumes.
func (c *Cloud) Volumes(project string) []Volume {
	id := seedHexID("project " + project)
	return read(c, &c.cinder.volumes, func(v *volume) bool { return v.project == id }, func(v *volume) Volume {
		shown := Volume{
			ID: v.id, Name: v.name, Description: v.description, Status: v.status, SnapshotID: v.snapshot, UserID: v.user,
			SizeGB: v.sizeGB, Bootable: v.bootable, Metadata: maps.Clone(v.metadata),
		}
		for _, a := range v.attachments {
			shown.ServerIDs = append(shown.ServerIDs, a.server)
		}
		return shown
	})
}

// Snapshots are a project's volume snapshots.
func (c *Cloud) Snapshots(project string) []Snapshot {
	id := seedHexID("project " + project)
	return read(c, &c.cinder.snapshots, func(s *snapshot) bool { return s.project == id }, func(s *snapshot) Snapshot {
		return Snapshot{ID: s.id, Name: s.name, VolumeID: s.volume, Status: s.status, SizeGB: s.sizeGB}
	})
}

// Backups are a project's volume backups.
func (c *Cloud) Backups(project string) []Backup {
	id := seedHexID("project " + project)
	return read(c, &c.cinder.backups, func(b *backup) bool { return b.project == id }, func(b *backup) Backup {
		return Backup{ID: b.id, Name: b.name, VolumeID: b.volume, Status: b.status}
	})
}

// Ports are a project's ports; a router's gateway port belongs to none.
func (c *Cloud) Ports(project string) []Port {
	id := seedHexID("project " + project)
	return read(c, &c.neutron.ports, func(p *port) bool { return p.project == id }, func(p *port) Port {
		v := Port{
			ID: p.id, Name: p.name, NetworkID: p.network, DeviceID: p.device, DeviceOwner: p.owner, MAC: p.mac, Status: p.status(),
			SecurityGroups: slices.Clone(p.groups), Tags: slices.Clone(p.tags),
		}
		for _, a := range p.addresses {
			v.Addresses = append(v.Addresses, a.ip.String())
		}
		return v
	})
}

// Networks are a project's own networks.
func (c *Cloud) Networks(project string) []Network {
	id := seedHexID("project " + project)
	return read(c, &c.neutron.networks, func(w *network) bool { return w.project == id }, func(w *network) Network {
		return Network{
			ID: w.id, Name: w.name, Description: w.description, SubnetIDs: w.subnetIDs(), Tags: slices.Clone(w.tags),
			External: w.external, Shared: w.common,
		}
	})
}

// Subnets are a project's own subnets.
func (c *Cloud) Subnets(project string) []Subnet {
	id := seedHexID("project " + project)
	return read(c, &c.neutron.subnets, func(s *subnet) bool { return s.project == id }, func(s *subnet) Subnet {
		v := Subnet{ID: s.id, Name: s.name, NetworkID: s.network, CIDR: s.prefix.String()}
		if s.gateway.IsValid() {
			v.GatewayIP = s.gateway.String()
		}
		return v
	})
}

// Routers are a project's routers.
func (c *Cloud) Routers(project string) []Router {
	id := seedHexID("project " + project)
	return read(c, &c.neutron.routers, func(o *router) bool { return o.project == id }, func(o *router) Router {
		v := Router{ID: o.id, Name: o.name}
		if g := o.gateway(); g != nil {
			v.GatewayNetworkID = g.network
		}
		return v
	})
}

// FloatingIPs are a project's floating IPs.
func (c *Cloud) FloatingIPs(project string) []FloatingIP {
	id := seedHexID("project " + project)
	return read(c, &c.neutron.floatingIPs, func(f *floatingIP) bool { return f.project == id }, func(f *floatingIP) FloatingIP {
		return FloatingIP{ID: f.id, Address: f.ip.String(), NetworkID: f.network, PortID: f.port, Status: f.status()}
	})
}

// SecurityGroups are a project's security groups.
func (c *Cloud) SecurityGroups(project string) []SecurityGroup {
	id := seedHexID("project " + project)
	return read(c, &c.neutron.groups, func(g *securityGroup) bool { return g.project == id }, func(g *securityGroup) SecurityGroup {
		return SecurityGroup{ID: g.id, Name: g.name}
	})
}

// Images are all images, whoever owns them.
func (c *Cloud) Images() []Image {
	return read(c, &c.glance.images, anyOne[image], func(i *image) Image {
		return Image{ID: i.id, Name: i.name, Status: i.status, Visibility: i.visibility}
	})
}
