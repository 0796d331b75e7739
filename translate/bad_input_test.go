package translate

import (
	"strings"
	"testing"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// checkSays insists on the code and the words of an error; "*" stands for any id.
func checkSays(t *testing.T, name string, err error, code occi.Code, want string) {
	t.Helper()
	if got := anyID.ReplaceAllString(told(err), "*"); occi.CodeOf(err) != code || got != want {
		t.Errorf("%s: got code %d, %q, want %d, %q", name, occi.CodeOf(err), got, code, want)
	}
}

func TestLinksToWhatCannotBeLinked(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	compute, storage, network := b.server(t, "worker"), b.storage(t, "data"), b.network(t, "private")
	group := b.must(t, b.securityGroup("web", "")).Ref()
	missing := func(kind occi.ID) occi.Ref { return b.ref(kind, nobody) }
	for _, test := range []struct {
		kind           occi.ID
		source, target occi.Ref
		want           string
	}{
		{occi.StorageLinkID, missing(occi.ComputeID), storage, `there is no compute "*"`},
		{occi.StorageLinkID, compute, missing(occi.StorageID), `there is no storage "*"`},
		{occi.StorageLinkID, compute, b.ref(occi.StorageID, "none"), `there is no storage "none"`},
		{occi.StorageLinkID, compute, network, "the target of a storagelink is a storage, not a network"},
		{occi.StorageLinkID, storage, storage, "the source of a storagelink is a compute, not a storage"},
		{occi.NetworkInterfaceID, missing(occi.ComputeID), network, `there is no compute "*"`},
		{occi.NetworkInterfaceID, compute, missing(occi.NetworkID), `there is no network "*"`},
		{occi.NetworkInterfaceID, compute, b.ref(occi.NetworkID, "none"), `there is no network "none"`},
		{occi.NetworkInterfaceID, compute, missing(occi.IPReservationID), `there is no ipreservation "*"`},
		{occi.NetworkInterfaceID, compute, storage, "the target of a networkinterface is a network, not a storage"},
		{occi.NetworkInterfaceID, network, network, "the source of a networkinterface is a compute, not a network"},
		{occi.SecurityGroupLinkID, missing(occi.ComputeID), group, `there is no compute "*"`},
		{occi.SecurityGroupLinkID, compute, missing(occi.SecurityGroupID), `there is no securitygroup "*"`},
		{occi.SecurityGroupLinkID, compute, network, "the target of a securitygrouplink is a securitygroup, not a network"},
		{occi.SecurityGroupLinkID, group, group, "the source of a securitygrouplink is a compute, not a securitygroup"},
	} {
		link := b.link(test.kind, test.source, test.target)
		_, err := b.cloud.Create(t.Context(), link)
		checkSays(t, "a link", err, occi.Invalid, test.want)
		if !test.source.IsZero() && test.source == compute {
			wanted := b.newCompute(t, "title", "one")
			wanted.Links = []occi.Entity{*b.link(test.kind, occi.Ref{}, test.target)}
			_, err := b.cloud.Create(t.Context(), wanted)
			if occi.CodeOf(err) != occi.Invalid || !strings.Contains(told(err), test.target.ID) && !strings.Contains(told(err), test.target.Kind.Term) {
				t.Errorf("%s within a new compute: got %v, want 400 that names it", test.want, err)
			}
		}
	}
	if all := b.Servers("demo"); len(all) != 1 {
		t.Errorf("there are the servers %v, want one", all)
	}
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	const (
		nova    = "Quota exceeded for %: Requested 1, but already used 0 of 0 %"
		neutron = "Quota exceeded for resources: ['%']."
	)
	compute := func(t *testing.T, b *bench) *occi.Entity {
		t.Helper()
		return b.newCompute(t, "title", "one", openStackKeyData, edKey)
	}
	storage := func(_ *testing.T, b *bench) *occi.Entity {
		return b.entity(occi.StorageID, "title", "data", "occi.storage.size", "1")
	}
	network := func(_ *testing.T, b *bench) *occi.Entity {
		return b.entity(occi.NetworkID, "title", "lan", "occi.network.address", "10.88.0.0/24")
	}
	link := func(target string) func(*testing.T, *bench) *occi.Entity {
		return func(t *testing.T, b *bench) *occi.Entity {
			t.Helper()
			return b.link(occi.NetworkInterfaceID, b.server(t, "worker"), b.network(t, target))
		}
	}
	group := func(_ *testing.T, b *bench) *occi.Entity { return b.securityGroup("web", `[`+ssh+`]`) }
	for quota, test := range map[string]struct {
		wanted func(*testing.T, *bench) *occi.Entity
		want   string
	}{
		"instances":           {compute, nova},
		"cores":               {compute, nova},
		"ram":                 {compute, "Quota exceeded for ram: Requested 512, but already used 0 of 0 ram"},
		"volumes":             {storage, "VolumeLimitExceeded: Maximum number of volumes allowed (0) exceeded for quota 'volumes'."},
		"gigabytes":           {storage, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 1G, quota is 0G and 0G has been consumed."},
		"network":             {network, neutron},
		"subnet":              {network, neutron},
		"port":                {link("private"), "Maximum number of ports exceeded"},
		"floatingip":          {link("public"), neutron},
		"security_group":      {group, neutron},
		"security_group_rule": {group, neutron},
	} {
		t.Run(quota, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openstacktest.Options{}, Options{})
			wanted := test.wanted(t, b)
			if err := b.SetQuota("demo", quota, 0); err != nil {
				t.Fatal(err)
			}
			before := lines(b.holdings(t))
			_, err := b.cloud.Create(t.Context(), wanted)
			checkSays(t, quota, err, occi.Forbidden, strings.ReplaceAll(test.want, "%", quota))
			if after := lines(b.holdings(t)); strings.Join(after, "\n") != strings.Join(before, "\n") {
				t.Errorf("there is %q, where there was %q", after, before)
			}
		})
	}
}
