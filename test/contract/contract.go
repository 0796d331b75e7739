// Package contract states the OpenStack facts that this project relies on: status codes, the keys
// and types of what the services answer, error envelopes, page links, microversions, state changes,
// quotas, and what a deletion leaves behind. The same facts are checked against the simulated cloud
// of package openstacktest and against a real one, which keeps the simulation honest: where the two
// differ, the simulation is wrong.
//
// Everything made on the cloud is named contract-… (or fail-contract) and deleted by its id.
package contract

import (
	"testing"
	"time"
)

// Target is a cloud to check. Names that are empty have the values of the lab.
type Target struct {
	AuthURL                         string // Keystone's root or its v3 URL
	User, Password, Project, Domain string
	Region                          string
	Image, Flavor, BiggerFlavor     string // cirros, m1.tiny, m1.small
	Network, ExternalNetwork        string // private, public

	// Simulated clouds settle at once and must show no field that the facts do not know.
	Simulated bool

	// Other is a user of another project, for the isolation of projects.
	OtherUser, OtherPassword, OtherProject string
}

// withDefaults fills in the lab's names.
func (t Target) withDefaults() Target {
	for field, name := range map[*string]string{
		&t.Domain: "Default", &t.Region: "RegionOne", &t.Image: "cirros", &t.Flavor: "m1.tiny", &t.BiggerFlavor: "m1.small",
		&t.Network: "private", &t.ExternalNetwork: "public",
	} {
		if *field == "" {
			*field = name
		}
	}
	return t
}

// patience is how long a background change may take on a real cloud, poll how often it is looked for.
func (t Target) patience() (patience, poll time.Duration) {
	if t.Simulated {
		return 5 * time.Second, time.Millisecond
	}
	return 90 * time.Second, 300 * time.Millisecond
}

// Run checks all facts on a cloud. Each is a subtest whose name states it.
func Run(t *testing.T, target Target) {
	t.Helper()
	c := connect(t, target.withDefaults())
	f := newFixture(c)
	groups := []struct {
		name  string
		facts []fact
	}{
		{"identity", identityFacts},
		{"federation", federationFacts},
		{"sign-in", signinFacts},
		{"errors", errorFacts},
		{"images", imageFacts},
		{"flavors", flavorFacts},
		{"keypairs", keypairFacts},
		{"compute refusals", refusalFacts("compute", computeRefusals)},
		{"network refusals", refusalFacts("network", networkRefusals)},
		{"volume refusals", refusalFacts("volumev3", volumeRefusals)},
		{"networks", networkFacts},
		{"security groups", securityGroupFacts},
		{"floating IPs", floatingIPFacts},
		{"marks", markFacts},
		{"volumes", volumeFacts},
		{"volume actions", volumeActionFacts},
		{"servers", serverFacts},
		{"metadata", metadataFacts},
		{"placement", placementFacts},
		{"boot volumes", bootVolumeFacts},
		{"interfaces", interfaceFacts},
		{"attachments", attachmentFacts},
		{"actions", actionFacts},
		{"rebuild", rebuildFacts},
		{"quotas", quotaFacts},
		{"isolation", isolationFacts},
		{"endings", endingFacts},
	}
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			for _, fact := range group.facts {
				t.Run(fact.name, func(t *testing.T) { fact.check(c.in(t), f) })
			}
		})
	}
}

// fact is one thing that must be true of the cloud.
type fact struct {
	name  string
	check func(c *cloud, f *fixture)
}
