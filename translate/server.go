package translate

import (
	"encoding/json"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
)

// Versions of Nova's API. Each is the oldest that can do what is asked of it.
const (
	// serverVersion shows a server with the sizes of its flavor (2.47), with its description (2.19) and, also
	// to users, its host name (2.90), and is the first to change that; createImage answers the id (2.45).
	serverVersion = "2.90"
	// createVersion takes a description (2.19) and lets Nova choose the network when the client names none:
	// from 2.37 on that takes an "auto" that may create networks, or fail without one.
	createVersion = "2.36"
	// hostnameVersion takes a host name that is not derived from the name (2.90), but needs the "auto".
	hostnameVersion = "2.90"
	// keypairVersion is the oldest there is: nothing newer is needed.
	keypairVersion = ""
)

// server is what is read of a Nova server, with serverVersion. Compute API: "Show server details".
type server struct {
	ID          string            `json:"id"`
	UserID      string            `json:"user_id"` // who created it
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Metadata    map[string]string `json:"metadata"`
	Hostname    string            `json:"OS-EXT-SRV-ATTR:hostname"`
	Status      string            `json:"status"`
	TaskState   string            `json:"OS-EXT-STS:task_state"`
	Image       imageRef          `json:"image"`
	Flavor      serverFlavor      `json:"flavor"`
	Zone        string            `json:"OS-EXT-AZ:availability_zone"`
	Groups      []string          `json:"server_groups"` // 2.71
	Fault       struct {
		Message string `json:"message"`
	} `json:"fault"`
}

// imageRef is the id of the image that a server was made from, "" if it was made from a volume.
type imageRef string

// UnmarshalJSON reads {"id": …}, or the "" that Nova writes for servers without an image.
func (r *imageRef) UnmarshalJSON(b []byte) error {
	var image struct {
		ID string `json:"id"`
	}
	if string(b) != `""` {
		if err := json.Unmarshal(b, &image); err != nil {
			return err
		}
	}
	*r = imageRef(image.ID)
	return nil
}

// serverFlavor is a server's size: its flavor as it was when the server was made, without the id.
type serverFlavor struct {
	Name      string `json:"original_name"`
	VCPUs     int    `json:"vcpus"`
	RAM       int    `json:"ram"`  // MiB
	Disk      int    `json:"disk"` // GiB
	Ephemeral int    `json:"ephemeral"`
	Swap      int    `json:"swap"` // MiB
}

// is reports whether a flavor is the one that a server has. Names are unique in Nova, but a flavor can be
// replaced by another of the same name: then it is the one only if the sizes are the same, too.
func (f serverFlavor) is(other flavors.Flavor) bool { return f == serverFlavorOf(other) }

// serverFlavorOf returns a flavor as Nova shows it in a server that has it.
func serverFlavorOf(f flavors.Flavor) serverFlavor {
	return serverFlavor{f.Name, f.VCPUs, f.RAM, f.Disk, f.Ephemeral, f.Swap}
}

// flavorOf returns the flavor that a server has, or nil if the project does not have it (any more).
func (t *templates) flavorOf(s *server) *flavors.Flavor {
	return find(t.flavors, s.Flavor.is)
}
