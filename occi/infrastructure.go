package occi

// Schemes of the core and infrastructure categories (GFD.221 §5, GFD.224 §3).
const (
	coreScheme           = "http://schemas.ogf.org/occi/core#"
	infrastructureScheme = "http://schemas.ogf.org/occi/infrastructure#"
	computeActionScheme  = "http://schemas.ogf.org/occi/infrastructure/compute/action#"
	storageActionScheme  = "http://schemas.ogf.org/occi/infrastructure/storage/action#"
	networkActionScheme  = "http://schemas.ogf.org/occi/infrastructure/network/action#"
)

// The kinds of OCCI Core (GFD.221 §5.4).
var (
	EntityID   = ID{coreScheme, "entity"}
	ResourceID = ID{coreScheme, "resource"}
	LinkID     = ID{coreScheme, "link"}
)

// The kinds of OCCI Infrastructure (GFD.224 §3).
var (
	ComputeID          = ID{infrastructureScheme, "compute"}
	StorageID          = ID{infrastructureScheme, "storage"}
	NetworkID          = ID{infrastructureScheme, "network"}
	StorageLinkID      = ID{infrastructureScheme, "storagelink"}
	NetworkInterfaceID = ID{infrastructureScheme, "networkinterface"}
)

// IPReservationID is the kind of an address that is kept whether a compute uses it or not. It is no part of the
// standard: rOCCI, ooi and their clients agree on it.
var IPReservationID = ID{infrastructureScheme, "ipreservation"}

// The mixins of OCCI Infrastructure (GFD.224 §3.2.1, §3.4.1.1, §3.5).
var (
	IPNetworkID          = ID{"http://schemas.ogf.org/occi/infrastructure/network#", "ipnetwork"}
	IPNetworkInterfaceID = ID{"http://schemas.ogf.org/occi/infrastructure/networkinterface#", "ipnetworkinterface"}
	OSTemplateID         = ID{infrastructureScheme, "os_tpl"}
	ResourceTemplateID   = ID{infrastructureScheme, "resource_tpl"}
	SSHKeyID             = ID{"http://schemas.ogf.org/occi/infrastructure/credentials#", "ssh_key"}
	UserDataID           = ID{"http://schemas.ogf.org/occi/infrastructure/compute#", "user_data"}
)

// The actions of OCCI Infrastructure. Save is new in 1.2 (GFD.224 §3.1);
// backup, snapshot and resize are 1.1 only (GFD.184 §3.3).
var (
	StartID    = ID{computeActionScheme, "start"}
	StopID     = ID{computeActionScheme, "stop"}
	RestartID  = ID{computeActionScheme, "restart"}
	SuspendID  = ID{computeActionScheme, "suspend"}
	SaveID     = ID{computeActionScheme, "save"}
	UpID       = ID{networkActionScheme, "up"}
	DownID     = ID{networkActionScheme, "down"}
	OnlineID   = ID{storageActionScheme, "online"}
	OfflineID  = ID{storageActionScheme, "offline"}
	BackupID   = ID{storageActionScheme, "backup"}
	SnapshotID = ID{storageActionScheme, "snapshot"}
	ResizeID   = ID{storageActionScheme, "resize"}
)

// Infrastructure returns the model of the standard, the union of OCCI 1.1 and 1.2, with the kinds that rOCCI has added,
// and without templates.
// Providers add theirs with Model.With.
//
// Only what a client has to give is flagged required: pOCCI stops at required attributes it cannot fill,
// and the server fills addresses, devices and states itself.
func Infrastructure() *Model {
	return NewModel(
		[]*Kind{
			entityKind(), resourceKind(), linkKind(),
			computeKind(), storageKind(), networkKind(), storageLinkKind(), networkInterfaceKind(),
			ipReservationKind(),
			securityGroupKind(), securityGroupLinkKind(),
		},
		[]*Mixin{
			ipNetworkMixin(), ipNetworkInterfaceMixin(),
			osTemplateMixin(), resourceTemplateMixin(), sshKeyMixin(), userDataMixin(),
		},
		infrastructureActions(),
	)
}

func entityKind() *Kind {
	return &Kind{ID: EntityID, Title: "Entity", Location: "/entity/", Attributes: entityAttributes()}
}

func resourceKind() *Kind {
	return &Kind{
		ID: ResourceID, Parent: EntityID, Title: "Resource", Location: "/resource/",
		Attributes: resourceAttributes(),
	}
}

func linkKind() *Kind {
	return &Kind{ID: LinkID, Parent: EntityID, Title: "Link", Location: "/link/", Attributes: linkAttributes()}
}

func entityAttributes() []Attribute {
	return []Attribute{
		{Name: "occi.core.id", Type: StringType, Immutable: true, Description: "identifier within this provider"},
		{Name: "occi.core.title", Type: StringType, Description: "display name"},
	}
}

func resourceAttributes(own ...Attribute) []Attribute {
	return append(append(entityAttributes(),
		Attribute{Name: "occi.core.summary", Type: StringType, Description: "description for people"},
	), own...)
}

func linkAttributes(own ...Attribute) []Attribute {
	return append(append(entityAttributes(),
		Attribute{Name: "occi.core.source", Type: StringType, Required: true, Description: "URL of the resource the link belongs to"},
		Attribute{Name: "occi.core.target", Type: StringType, Required: true, Description: "URL of the resource the link points to"},
		Attribute{Name: targetKind, Type: StringType, Description: "type identifier of the target's kind"},
	), own...)
}

// stateAttributes are the two attributes every infrastructure kind has (GFD.224 §3.1–3.4).
func stateAttributes(kind string) []Attribute {
	return []Attribute{
		{Name: "occi." + kind + ".state", Type: StringType, Immutable: true, Description: "current state"},
		{Name: "occi." + kind + ".state.message", Type: StringType, Immutable: true, Description: "reason for the current state"},
	}
}

// computeKind is GFD.224 §3.1, with speed from GFD.184 §3.1, and ephemeral_storage.size from GFD.222 §7.1, which is only in
// resource templates there: a client can ask for it without one, as for cores and memory.
func computeKind() *Kind {
	own := []Attribute{
		{Name: "occi.compute.architecture", Type: StringType, Description: "CPU architecture: x86 or x64"},
		{Name: "occi.compute.cores", Type: IntegerType, Description: "number of virtual cores"},
		{Name: "occi.compute.hostname", Type: StringType, Description: "host name"},
		{Name: "occi.compute.share", Type: IntegerType, Description: "relative number of CPU shares"},
		{Name: "occi.compute.speed", Type: NumberType, Description: "clock rate in GHz"},
		{Name: "occi.compute.memory", Type: NumberType, Description: "memory in GiB"},
		{Name: "occi.compute.ephemeral_storage.size", Type: NumberType, Description: "scratch disk in GiB"},
	}
	return &Kind{
		ID: ComputeID, Parent: ResourceID, Title: "Compute", Location: "/compute/",
		Attributes: resourceAttributes(append(own, stateAttributes("compute")...)...),
		Actions:    []ID{StartID, StopID, RestartID, SuspendID, SaveID},
	}
}

// storageKind is GFD.224 §3.3, with the actions of GFD.184 §3.3.
func storageKind() *Kind {
	own := []Attribute{{Name: "occi.storage.size", Type: NumberType, Required: true, Description: "size in GiB"}}
	return &Kind{
		ID: StorageID, Parent: ResourceID, Title: "Storage", Location: "/storage/",
		Attributes: resourceAttributes(append(own, stateAttributes("storage")...)...),
		Actions:    []ID{OnlineID, OfflineID, BackupID, SnapshotID, ResizeID},
	}
}

// networkKind is GFD.224 §3.2.
func networkKind() *Kind {
	return &Kind{
		ID: NetworkID, Parent: ResourceID, Title: "Network", Location: "/network/",
		Attributes: networkAttributes(),
		Actions:    []ID{UpID, DownID},
	}
}

func networkAttributes(own ...Attribute) []Attribute {
	all := []Attribute{
		{Name: "occi.network.vlan", Type: IntegerType, Description: "802.1q VLAN identifier"},
		{Name: "occi.network.label", Type: StringType, Description: "tag based VLAN"},
	}
	return resourceAttributes(append(append(all, stateAttributes("network")...), own...)...)
}

// ipReservationKind is a kind of network, as in rOCCI and ooi, whose clients know it by this parent. A reservation cannot
// be switched up and down, so it is without a network's actions.
func ipReservationKind() *Kind {
	return &Kind{
		ID: IPReservationID, Parent: NetworkID, Title: "IP reservation", Location: "/ipreservation/",
		Attributes: networkAttributes(
			Attribute{Name: "occi.ipreservation.address", Type: StringType, Description: "the reserved address"},
			Attribute{Name: "occi.ipreservation.used", Type: BooleanType, Immutable: true, Description: "whether a compute has the address"},
			Attribute{Name: "occi.ipreservation.state", Type: StringType, Immutable: true, Description: "current state"},
		),
	}
}

// storageLinkKind is GFD.224 §3.4.2.
func storageLinkKind() *Kind {
	own := []Attribute{
		{Name: "occi.storagelink.deviceid", Type: StringType, Description: "device name, such as /dev/vdb"},
		{Name: "occi.storagelink.mountpoint", Type: StringType, Description: "where the guest mounts the storage"},
	}
	return &Kind{
		ID: StorageLinkID, Parent: LinkID, Title: "Storage link", Location: "/storagelink/",
		Attributes: linkAttributes(append(own, stateAttributes("storagelink")...)...),
	}
}

// networkInterfaceKind is GFD.224 §3.4.1.
func networkInterfaceKind() *Kind {
	own := []Attribute{
		{Name: "occi.networkinterface.interface", Type: StringType, Immutable: true, Description: "interface name, such as eth0"},
		{Name: "occi.networkinterface.mac", Type: StringType, Description: "MAC address"},
	}
	return &Kind{
		ID: NetworkInterfaceID, Parent: LinkID, Title: "Network interface", Location: "/networkinterface/",
		Attributes: linkAttributes(append(own, stateAttributes("networkinterface")...)...),
		Aliases:    []string{"/networklink/"}, // ooi's location, remembered by its users
	}
}

// ipNetworkMixin is GFD.224 §3.2.1.
func ipNetworkMixin() *Mixin {
	return &Mixin{
		ID: IPNetworkID, Title: "IP network", Applies: []ID{NetworkID}, Location: "/ipnetwork/",
		Attributes: []Attribute{
			{Name: "occi.network.address", Type: StringType, Description: "address range in CIDR notation"},
			{Name: "occi.network.gateway", Type: StringType, Description: "address of the gateway"},
			{Name: "occi.network.allocation", Type: StringType, Description: "address allocation: dynamic or static"},
		},
	}
}

// ipNetworkInterfaceMixin is GFD.224 §3.4.1.1.
func ipNetworkInterfaceMixin() *Mixin {
	return &Mixin{
		ID: IPNetworkInterfaceID, Title: "IP network interface", Applies: []ID{NetworkInterfaceID},
		Location: "/ipnetworkinterface/",
		Attributes: []Attribute{
			{Name: "occi.networkinterface.address", Type: StringType, Description: "address of the interface"},
			{Name: "occi.networkinterface.gateway", Type: StringType, Description: "address of the gateway"},
			{Name: "occi.networkinterface.allocation", Type: StringType, Description: "address allocation: dynamic or static"},
		},
	}
}

// osTemplateMixin is GFD.224 §3.5.1, the root that every OS template depends on.
func osTemplateMixin() *Mixin {
	return &Mixin{ID: OSTemplateID, Title: "OS template", Applies: []ID{ComputeID}, Location: "/os_tpl/"}
}

// resourceTemplateMixin is GFD.224 §3.5.2, the root that every resource template depends on.
func resourceTemplateMixin() *Mixin {
	return &Mixin{ID: ResourceTemplateID, Title: "Resource template", Applies: []ID{ComputeID}, Location: "/resource_tpl/"}
}

// sshKeyMixin is GFD.224 §3.5.2.1.
func sshKeyMixin() *Mixin {
	return &Mixin{
		ID: SSHKeyID, Title: "SSH public key", Applies: []ID{ComputeID}, Location: "/ssh_key/",
		Attributes: []Attribute{{
			Name: "occi.credentials.ssh.publickey", Type: StringType,
			// ooi read the first and advertised the second.
			Aliases:     []string{"occi.credentials.ssh_key", "occi.crendentials.ssh.publickey"},
			Description: "content of the public key file",
		}},
	}
}

// userDataMixin is GFD.224 §3.5.2.2.
func userDataMixin() *Mixin {
	return &Mixin{
		ID: UserDataID, Title: "Contextualization data", Applies: []ID{ComputeID}, Location: "/user_data/",
		Attributes: []Attribute{{
			Name: "occi.compute.userdata", Type: StringType,
			Aliases:     []string{"occi.compute.user_data"}, // read by ooi
			Description: "data handed to the machine at its first start; Base64 or plain text",
		}},
	}
}

// infrastructureActions are the actions of GFD.224 §3.1–3.3 and GFD.184 §3.3 with their parameters.
func infrastructureActions() []*Action {
	method := func(values string) []Attribute {
		return []Attribute{{Name: "method", Type: StringType, Description: "one of " + values}}
	}
	return []*Action{
		{ID: StartID, Title: "Start"},
		{ID: StopID, Title: "Stop", Attributes: method("graceful, acpioff, poweroff")},
		{ID: RestartID, Title: "Restart", Attributes: method("graceful, warm, cold")},
		{ID: SuspendID, Title: "Suspend", Attributes: method("hibernate, suspend")},
		{ID: SaveID, Title: "Save", Attributes: append(method("hot, deferred"),
			Attribute{Name: "name", Type: StringType, Description: "name of the new OS template"})},
		{ID: OnlineID, Title: "Online"},
		{ID: OfflineID, Title: "Offline"},
		{ID: BackupID, Title: "Backup"},
		{ID: SnapshotID, Title: "Snapshot"},
		{ID: ResizeID, Title: "Resize", Attributes: []Attribute{
			{Name: "size", Type: NumberType, Required: true, Description: "new size in GiB"},
		}},
		{ID: UpID, Title: "Up"},
		{ID: DownID, Title: "Down"},
	}
}
