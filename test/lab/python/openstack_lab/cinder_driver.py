"""Stands in for the disks: a Cinder driver whose volumes hold no data."""
import io

from cinder import interface
from cinder.volume import driver


@interface.volumedriver
class LabDriver(driver.VolumeDriver):
    VERSION = '1'

    def _nothing(self, *args, **kwargs):
        return None

    check_for_setup_error = create_volume = delete_volume = _nothing
    create_snapshot = delete_snapshot = extend_volume = _nothing
    create_volume_from_snapshot = create_cloned_volume = _nothing
    ensure_export = create_export = remove_export = terminate_connection = _nothing

    def initialize_connection(self, volume, connector):
        return {'driver_volume_type': 'iscsi', 'data': {
            'target_discovered': False, 'target_portal': '127.0.0.1:3260', 'target_lun': 1,
            'target_iqn': 'iqn.2010-10.org.openstack:%s' % volume.name,
            'volume_id': volume.id, 'access_mode': 'rw'}}

    def clone_image(self, context, volume, location, image_meta, image_service):
        return {}, True                     # "cloned": Cinder needn't fetch the image

    def copy_volume_to_image(self, context, volume, image_service, image_meta):
        image_service.update(context, image_meta['id'], {},
                             io.BytesIO(b'data of ' + volume.id.encode()))

    def _update_volume_stats(self):
        self._stats = {
            'volume_backend_name': 'lab', 'vendor_name': 'lab', 'driver_version': '1',
            'storage_protocol': 'iSCSI', 'multiattach': True, 'thin_provisioning_support': True,
            'total_capacity_gb': 100000, 'free_capacity_gb': 100000,
            'reserved_percentage': 0, 'max_over_subscription_ratio': '20.0',
            'provisioned_capacity_gb': 0}
