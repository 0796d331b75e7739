package translate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/backups"

	"github.com/occigate/occigate/occi"
)

// backupPatience is how long a new backup is watched: one that nobody makes has failed by then, and one that succeeds may
// take hours.
const backupPatience = 2 * time.Second

// backup makes a backup of the volume. A cloud without the backup service takes the order all the same, and fails a
// moment later.
func (s storages) backup(ctx context.Context, about subject) error {
	v, err := s.volume(ctx, about)
	if err != nil {
		return err
	}
	cinder, err := s.cinder()
	if err != nil {
		return err
	}
	opts := backups.CreateOpts{
		VolumeID: about.id, Name: snapshotName(v.Name, time.Now()), Description: markKey + "=" + newMark(),
		Force: true, // also of a volume at a server
	}
	var made *backups.Backup
	err = s.whenSettled(ctx, about, func(ctx context.Context) (err error) {
		made, err = backups.Create(ctx, cinder, opts).Extract()
		return err
	})
	if err != nil {
		made, err = s.lostBackup(ctx, opts, err)
	}
	if err != nil {
		return err
	}
	watch, cancel := context.WithTimeout(ctx, backupPatience)
	defer cancel()
	err = waitUntil(watch, volumeInterval, func(ctx context.Context) (bool, error) {
		now, err := backups.Get(ctx, cinder, made.ID).Extract()
		if err != nil {
			return false, err
		}
		made = now
		return made.Status != "creating", nil
	})
	if err != nil || made.Status != "error" {
		return nil // Cinder has taken the order: what becomes of it is another matter
	}
	var undo undo
	undo.push(fmt.Sprintf("backup %q", made.ID), func(ctx context.Context) error {
		return backups.Delete(ctx, cinder, made.ID).ExtractErr()
	})
	return undo.after(ctx, backupFailure(made.FailReason))
}

// lostBackup finds the backup whose creation got no answer, by its description: its metadata are newer than Cinder 3.0.
func (s storages) lostBackup(ctx context.Context, opts backups.CreateOpts, cause error) (*backups.Backup, error) {
	failure := s.refusedVolume(ctx, cause, addressed(occi.StorageID, opts.VolumeID), "backed up")
	if isRefusal(cause) {
		return nil, failure
	}
	return lost[backups.Backup]{
		what: titled("backup", opts.Name),
		look: func(ctx context.Context) (*backups.Backup, error) {
			cinder, err := s.cinder()
			if err != nil {
				return nil, err
			}
			all, _, err := page[backups.Backup](ctx, cinder, cinder.ServiceURL("backups", "detail")+"?volume_id="+opts.VolumeID, "backups")
			return find(all, func(made backups.Backup) bool { return made.Description == opts.Description }), err
		},
		name: func(made *backups.Backup) string { return fmt.Sprintf("backup %q", made.ID) },
	}.find(ctx, failure)
}

// backupFailure tells a cloud without the backup service from one where it failed.
func backupFailure(reason string) error {
	code := occi.BadUpstream
	if strings.HasPrefix(reason, "Service not found") {
		code = occi.Unimplemented
	}
	return occi.Errorf(code, "OpenStack could not back up the storage: %s", cleanMessage(reason))
}
