package translate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/occigate/occigate/occi"
)

// serverOpts is the body of Nova's "Create server". gophercloud's lacks device names and descriptions.
type serverOpts struct {
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
	Hostname    string            `json:"hostname,omitempty"`
	ImageRef    string            `json:"imageRef"`
	FlavorRef   string            `json:"flavorRef"`
	KeyName     string            `json:"key_name,omitempty"`
	AdminPass   string            `json:"adminPass,omitempty"`
	UserData    string            `json:"user_data,omitempty"` // Base64
	Zone        string            `json:"availability_zone,omitempty"`
	Networks    []serverNetwork   `json:"networks,omitempty"`
	Groups      []serverSecurity  `json:"security_groups,omitempty"` // of its ports, instead of the default one
	Devices     []blockDevice     `json:"block_device_mapping_v2,omitempty"`

	group string // the server group, which goes beside the server
}

// serverNetwork asks for a port in a network, with an address of the client's choice or not.
type serverNetwork struct {
	UUID    string `json:"uuid"`
	FixedIP string `json:"fixed_ip,omitempty"`
}

// serverSecurity is a security group of a new server's ports.
type serverSecurity struct {
	ID string `json:"name"` // Nova takes either
}

// blockDevice is a disk of a new server.
type blockDevice struct {
	SourceType          string `json:"source_type"`
	DestinationType     string `json:"destination_type"`
	UUID                string `json:"uuid"`
	BootIndex           int    `json:"boot_index"` // 0 for the disk to boot from, else notBooted
	DeviceName          string `json:"device_name,omitempty"`
	VolumeSize          int    `json:"volume_size,omitempty"` // GiB, of a volume that is made
	VolumeType          string `json:"volume_type,omitempty"` // likewise; 2.67
	DeleteOnTermination bool   `json:"delete_on_termination"`
}

// notBooted is the boot index of a disk that is not booted from.
const notBooted = -1

// version returns the version of Nova's API to send the body in.
func (o *serverOpts) version(v novaVersion) string { return v.upTo(o.needs()) }

// needs returns the version of Nova's API that knows all that the body says. Up to 2.36, Nova chooses the network when the
// client names none: from 2.37 on that takes an "auto" that may create networks, or fail without one. Only a host name that
// does not follow from the name, and the type of a volume, are worth that.
func (o *serverOpts) needs() novaVersion {
	switch {
	case o.Hostname != "":
		return withHostname
	case slices.ContainsFunc(o.Devices, func(d blockDevice) bool { return d.VolumeType != "" }):
		return withVolumeType
	}
	return choosesNetwork
}

// ToServerCreateMap returns the body. From 2.37 on Nova insists on a word about networks.
func (o *serverOpts) ToServerCreateMap() (map[string]any, error) {
	body, err := gophercloud.BuildRequestBody(*o, "server")
	if err != nil {
		return nil, err
	}
	if o.needs() != choosesNetwork && len(o.Networks) == 0 {
		body["server"].(map[string]any)["networks"] = "auto"
	}
	return body, nil
}

// serverCreateOpts maps a compute that a client wants, all but its key, to a server of a flavor, made from an image or, if
// that is nil, from one of its links. Attributes without a counterpart in Nova (architecture, share, speed) and sizes,
// which the flavor has, are wishes that are not granted (GFD.224 §3.5.2).
func serverCreateOpts(e *occi.Entity, i *image, f *flavors.Flavor, boot, defaultName string) (serverOpts, error) {
	o := serverOpts{FlavorRef: f.ID, Description: e.Summary}
	var err error
	if o.Name, o.Hostname, err = serverNames(e, defaultName); err != nil {
		return serverOpts{}, err
	}
	if o.UserData, err = userData(e.Attributes); err != nil {
		return serverOpts{}, err
	}
	if o.AdminPass, err = wantedPassword(e); err != nil {
		return serverOpts{}, err
	}
	if o.Zone, err = templateOf(e, availabilityZoneID); err != nil {
		return serverOpts{}, err
	}
	if o.group, err = templateOf(e, serverGroupID); err != nil {
		return serverOpts{}, err
	}
	for i := range e.Links {
		if err := o.addLink(&e.Links[i], boot); err != nil {
			return serverOpts{}, err
		}
	}
	if i != nil {
		err = o.bootFrom(e, i, f)
	}
	return o, err
}

// bootFrom makes the disk that the server boots from out of an image. Nova wants to be told what to boot as soon as it is
// told of any disk.
func (o *serverOpts) bootFrom(e *occi.Entity, i *image, f *flavors.Flavor) error {
	disk, err := bootDevice(e, i, f)
	if err != nil {
		return err
	}
	if disk.DestinationType == "local" {
		o.ImageRef = i.ID
	}
	if len(o.Devices) > 0 || o.ImageRef == "" {
		o.Devices = slices.Insert(o.Devices, 0, disk)
	}
	return nil
}

// addLink maps a link that the compute is to begin with. Interfaces get the order of their links. boot is the id of the
// storage to boot from, if any.
func (o *serverOpts) addLink(link *occi.Entity, boot string) error {
	switch link.Kind.ID {
	case occi.NetworkInterfaceID:
		if err := checkTarget(link, occi.NetworkID); err != nil {
			return err
		}
		if len(userMixins(link.Mixins)) > 0 {
			return occi.Errorf(occi.Invalid, "a networkinterface can have mixins of users only when it exists")
		}
		address, err := wantedAddress(link)
		if err != nil {
			return err
		}
		network := serverNetwork{UUID: link.Target.ID}
		if address.IsValid() {
			network.FixedIP = address.String()
		}
		o.Networks = append(o.Networks, network)
		return nil
	case occi.StorageLinkID:
		if err := checkTarget(link, occi.StorageID); err != nil {
			return err
		}
		device, err := wantedDevice(link)
		if err != nil {
			return err
		}
		disk := blockDevice{
			SourceType: "volume", DestinationType: "volume", UUID: link.Target.ID, BootIndex: notBooted, DeviceName: device,
		}
		if link.Target.ID == boot {
			disk.BootIndex = 0
		}
		o.Devices = append(o.Devices, disk)
		return nil
	case occi.SecurityGroupLinkID:
		if err := checkTarget(link, occi.SecurityGroupID); err != nil {
			return err
		}
		o.Groups = append(o.Groups, serverSecurity{link.Target.ID})
		return nil
	default:
		return occi.Errorf(occi.Invalid, "a compute has no links of kind %s", link.Kind.Term)
	}
}

// checkTarget insists that the link of a new compute goes to an entity of a kind, one that can exist.
func checkTarget(link *occi.Entity, target occi.ID) error {
	if link.Target.Kind.ID != target {
		return occi.Errorf(occi.Invalid, "the target of a %s is a %s, not a %s", link.Kind.Term, target.Term, link.Target.Kind.Term)
	}
	if !isUUID(link.Target.ID) {
		return absent(named(target, link.Target.ID))
	}
	return nil
}

// serverNames returns the name of a new server, and its host name unless that follows from the name: Nova
// derives one. rOCCI and IM always send a host name, equal to the title if the user gave none, blanks and all.
func serverNames(e *occi.Entity, defaultName string) (name, hostname string, err error) {
	title := strings.TrimSpace(e.Title)
	host := strings.TrimSpace(e.Attributes.Text("occi.compute.hostname"))
	switch {
	case title != "":
		name = title
	case host != "":
		name = host
	default:
		name = defaultName
	}
	if host == "" || host == name {
		return name, "", nil
	}
	hostname, err = novaHostname(host)
	return name, hostname, err
}

// hostLabel is what Nova takes as a host name. Compute API: "Create server", hostname.
var hostLabel = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$`)

// novaHostname returns the host name to give Nova: OCCI's may have a domain (GFD.224 §3.1), Nova's may not
// before 2.94.
func novaHostname(hostname string) (string, error) {
	label, _, _ := strings.Cut(hostname, ".")
	if !hostLabel.MatchString(label) {
		return "", occi.Errorf(occi.Invalid, "attribute occi.compute.hostname: %q is no host name: "+
			"want 2 to 63 letters, digits and hyphens", clip(hostname, 80))
	}
	return label, nil
}
