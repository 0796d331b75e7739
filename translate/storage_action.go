package translate

import (
	"context"

	"github.com/occigate/occigate/occi"
)

// act performs an action. Those of OCCI 1.1 (GFD.184 §3.3) are performed for everybody.
func (s storages) act(ctx context.Context, id string, invocation *occi.Invocation) (*occi.Mixin, error) {
	about := addressed(occi.StorageID, id)
	if !isUUID(id) {
		return nil, absent(about)
	}
	switch invocation.Action.ID {
	case occi.OnlineID:
		return nil, s.online(ctx, about)
	case occi.OfflineID:
		return nil, s.offline(ctx, about)
	case occi.SnapshotID:
		return s.snapshot(ctx, about)
	case occi.BackupID:
		return nil, s.backup(ctx, about)
	case occi.ResizeID:
		return nil, s.resize(ctx, about, invocation.Attributes.Get("size"))
	default:
		return nil, noAction(s.kind(occi.StorageID), invocation)
	}
}

// resize is the action of OCCI 1.1 for what OCCI 1.2 does by updating occi.storage.size.
func (s storages) resize(ctx context.Context, about subject, asked occi.Value) error {
	size, err := wantedSize("size", asked)
	if err != nil {
		return err
	}
	v, err := s.volume(ctx, about)
	if err != nil {
		return err
	}
	_, err = s.grow(ctx, v, size)
	return err
}
