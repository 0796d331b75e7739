package translate

import (
	"encoding/json"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
)

// server is what is read of a Nova server, see novaVersion.forServers. Compute API: "Show server details".
type server struct {
	ID          string            `json:"id"`
	UserID      string            `json:"user_id"` // who created it
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Metadata    map[string]string `json:"metadata"`
	Created     time.Time         `json:"created"`
	Hostname    string            `json:"OS-EXT-SRV-ATTR:hostname"`
	Status      string            `json:"status"`
	TaskState   string            `json:"OS-EXT-STS:task_state"`
	Locked      bool              `json:"locked"`
	Image       imageRef          `json:"image"`
	Flavor      serverFlavor      `json:"flavor"`
	Zone        string            `json:"OS-EXT-AZ:availability_zone"`
	Groups      []string          `json:"server_groups"` // 2.71
	Addresses   serverAddresses   `json:"addresses"`
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

// serverFlavor is a server's size. From 2.47 on that is its flavor as it was when the server was made, without the id;
// before it is the id alone.
type serverFlavor struct {
	ID        string `json:"id"`
	Name      string `json:"original_name"`
	VCPUs     int    `json:"vcpus"`
	RAM       int    `json:"ram"`  // MiB
	Disk      int    `json:"disk"` // GiB
	Ephemeral int    `json:"ephemeral"`
	Swap      int    `json:"swap"` // MiB
}

// is reports whether a flavor is the one that a server has. Names are unique in Nova, but a flavor can be replaced by
// another of the same name: without an id it is the one only if the sizes are the same, too.
func (f serverFlavor) is(other flavors.Flavor) bool {
	if f.ID != "" {
		return f.ID == other.ID
	}
	return f == serverFlavorOf(other)
}

// isSized reports whether the sizes are known. Every flavor has cores.
func (f serverFlavor) isSized() bool { return f.VCPUs > 0 }

// serverFlavorOf returns a flavor as Nova shows it in a server that has it, from 2.47 on.
func serverFlavorOf(f flavors.Flavor) serverFlavor {
	return serverFlavor{
		Name: f.Name, VCPUs: f.VCPUs, RAM: f.RAM, Disk: f.Disk, Ephemeral: f.Ephemeral, Swap: f.Swap,
	}
}

// flavorOf returns the flavor that a server has, or nil if the project does not have it (any more).
func (t *templates) flavorOf(s *server) *flavors.Flavor { return find(t.flavors, s.Flavor.is) }
