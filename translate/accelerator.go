package translate

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/occigate/occigate/occi"
)

// resourceGPU matches extra specs that ask Placement for graphics processors: resources:VGPU, resources1:PGPU.
var resourceGPU = regexp.MustCompile(`^resources[0-9a-zA-Z_-]*:[VP]GPU$`)

// accelerators reads from the extra specs of a flavor how many graphics processors and other devices of its kind a server
// gets, and which. Nova: "Extra Specs", pci_passthrough:alias, resources, accel:device_profile.
func accelerators(specs map[string]string) (number int64, models []string) {
	for _, key := range slices.Sorted(maps.Keys(specs)) {
		value := specs[key]
		switch {
		case resourceGPU.MatchString(key):
			number += countOf(value)
		case key == "pci_passthrough:alias": // a100:2,other:1
			for device := range strings.SplitSeq(value, ",") {
				name, count, given := strings.Cut(strings.TrimSpace(device), ":")
				if name == "" {
					continue
				}
				models = append(models, name)
				if n := countOf(count); given {
					number += n
				} else {
					number++
				}
			}
		case key == "accel:device_profile":
			models = append(models, value)
		}
	}
	return number, models
}

// countOf reads a number of devices; what is none counts for nothing.
func countOf(s string) int64 {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return int64(n)
}

// acceleratorAttributes describe the devices of a flavor, none if it has none, by the names that rOCCI-server gave them.
func acceleratorAttributes(specs map[string]string) []occi.Attribute {
	number, models := accelerators(specs)
	var own []occi.Attribute
	if number > 0 {
		own = append(own, fixedAttribute("eu.egi.fedcloud.compute.gpu.count", occi.Integer(number), "number of GPUs and the like"))
	}
	if len(models) > 0 {
		own = append(own, fixedAttribute("eu.egi.fedcloud.compute.gpu.device",
			occi.String(clip(strings.Join(models, " "), maxProperty)), "kind of the GPUs and the like"))
	}
	return own
}
