package translate

import (
	"slices"
	"sync/atomic"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/occigate/occigate/occi"
)

// The mixins that volume types and snapshots depend on. Zones have availabilityZoneID.
var (
	volumeTypeID     = occi.ID{Scheme: "http://schemas.openstack.org/storage#", Term: "volume_type"}
	volumeSnapshotID = occi.ID{Scheme: "http://schemas.openstack.org/storage#", Term: "snapshot"}
)

// Schemes of what depends on them.
const (
	volumeTypeScheme     = "http://schemas.openstack.org/storage/volume_type#"
	volumeZoneScheme     = "http://schemas.openstack.org/storage/availability_zone#"
	volumeSnapshotScheme = "http://schemas.openstack.org/storage/snapshot#"
)

// Locations of what depends on them.
const (
	volumeTypeLocation     = "/volume_type/"
	volumeZoneLocation     = "/availability_zone/storage/"
	volumeSnapshotLocation = "/snapshot/"
)

// storageMixins are what storages can have in every cloud. Those of types and snapshots say nothing by themselves.
func storageMixins() []*occi.Mixin {
	return []*occi.Mixin{
		volumeImage(),
		{ID: volumeTypeID, Title: "Volume type", Applies: []occi.ID{occi.StorageID}, Location: volumeTypeLocation},
		{ID: volumeSnapshotID, Title: "Snapshot", Applies: []occi.ID{occi.StorageID}, Location: volumeSnapshotLocation},
	}
}

// volumeOffers are what a project can choose for a new volume, with their mixins. They are immutable and shared by
// requests; nil has none.
type volumeOffers struct {
	mixins []*occi.Mixin
	types  []volumeType
	gaps   []occi.Gap // if they could not be had
	latest atomic.Pointer[offeredModel]
}

// offeredModel is a model with the offers, and the one without them.
type offeredModel struct{ without, with *occi.Model }

// missingOffers are in the place of those that cannot be had.
func missingOffers() *volumeOffers {
	return &volumeOffers{gaps: []occi.Gap{
		{Scheme: volumeTypeScheme, Location: volumeTypeLocation},
		{Scheme: volumeZoneScheme, Location: volumeZoneLocation},
		{Scheme: volumeSnapshotScheme, Location: volumeSnapshotLocation},
	}}
}

// volumeType is what is read of a class of storage. Block Storage API v3: "List all volume types".
type volumeType struct {
	ID   string `json:"id"`
	Name string `json:"name"` // unique; volumes show it
}

// volumeSnapshot is what is read of a snapshot. Block Storage API v3: "List accessible snapshots".
type volumeSnapshot struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	VolumeID string `json:"volume_id"`
	Status   string `json:"status"`
	Size     int    `json:"size"` // GiB
}

// newVolumeOffers makes the mixins of everything that the listings hold. Of snapshots these are the ones that volumes can
// be made from, or will be.
func newVolumeOffers(types []volumeType, zones []string, snapshots []volumeSnapshot) *volumeOffers {
	o := &volumeOffers{types: types}
	for _, t := range types {
		o.mixins = append(o.mixins, t.mixin())
	}
	for _, name := range zones {
		o.mixins = append(o.mixins, volumeZone(name))
	}
	for _, s := range snapshots {
		if s.Status == "available" || s.Status == "creating" {
			o.mixins = append(o.mixins, s.mixin())
		}
	}
	return o
}

func (t volumeType) mixin() *occi.Mixin {
	term := templateTerm(t.ID)
	return &occi.Mixin{
		ID: occi.ID{Scheme: volumeTypeScheme, Term: term}, Title: titleOr(t.Name, t.ID),
		Depends: []occi.ID{volumeTypeID}, Applies: []occi.ID{occi.StorageID},
		Location: volumeTypeLocation + term + "/",
		Aliases:  templateAliases(term, t.ID, t.Name),
	}
}

// volumeZone is the mixin of one of Cinder's zones.
func volumeZone(name string) *occi.Mixin {
	term := templateTerm(name)
	return &occi.Mixin{
		ID: occi.ID{Scheme: volumeZoneScheme, Term: term}, Title: name,
		Depends: []occi.ID{availabilityZoneID}, Applies: []occi.ID{occi.StorageID},
		Location: volumeZoneLocation + term + "/",
		Aliases:  templateAliases(term, name, name),
	}
}

func (s volumeSnapshot) mixin() *occi.Mixin {
	term := templateTerm(s.ID)
	fixed := func(name string, value occi.Value, description string) occi.Attribute {
		return occi.Attribute{Name: name, Type: value.Type(), Immutable: true, Default: value, Description: description}
	}
	return &occi.Mixin{
		ID: occi.ID{Scheme: volumeSnapshotScheme, Term: term}, Title: titleOr(s.Name, s.ID),
		Depends: []occi.ID{volumeSnapshotID}, Applies: []occi.ID{occi.StorageID},
		Location: volumeSnapshotLocation + term + "/",
		Attributes: []occi.Attribute{
			fixed("org.openstack.snapshot.size", occi.Integer(int64(s.Size)), "least size in GiB of a storage made from it"),
			fixed("org.openstack.snapshot.storage", occi.String(s.VolumeID), "id of the storage that it was made of"),
		},
		Aliases:   templateAliases(term, s.ID, ""),
		Removable: true,
	}
}

// model returns the model that has the offers behind its mixins.
func (o *volumeOffers) model(without *occi.Model) *occi.Model {
	if o == nil || len(o.mixins)+len(o.gaps) == 0 {
		return without
	}
	if latest := o.latest.Load(); latest != nil && latest.without == without {
		return latest.with
	}
	made := &offeredModel{without, without.With(o.mixins...).WithGaps(o.gaps...)}
	o.latest.Store(made)
	return made.with
}

// of returns the mixins of what a volume was made of, as far as the project has it (still).
func (o *volumeOffers) of(v *volumes.Volume) []*occi.Mixin {
	if o == nil {
		return nil
	}
	ids := []occi.ID{
		{Scheme: volumeZoneScheme, Term: templateTerm(v.AvailabilityZone)},
		{Scheme: volumeSnapshotScheme, Term: templateTerm(v.SnapshotID)},
	}
	if t := find(o.types, func(t volumeType) bool { return t.Name == v.VolumeType }); t != nil {
		ids = append(ids, t.mixin().ID)
	}
	var found []*occi.Mixin
	for _, x := range o.mixins {
		if slices.Contains(ids, x.ID) {
			found = append(found, x)
		}
	}
	return found
}
