from openstack_lab.check.fixture import id_of
from openstack_lab.check.steps import step
from openstack_lab.cloud import CINDER, GLANCE


@step('volume: create -> available')
def _(f):
    f.volume = f.new_volume(1, name='check')


@step('volume: attach')
def _(f):
    a = f.demo.post(f.server + '/os-volume_attachments', {
        'volumeAttachment': {'volumeId': id_of(f.volume)}}).volumeAttachment
    return a['device'] + ', ' + f.wait(f.volume, 'volume', 'status', 'in-use')


@step('volume: detach')
def _(f):
    f.demo.delete(f.server + '/os-volume_attachments/' + id_of(f.volume))
    return f.wait(f.volume, 'volume', 'status', 'available')


@step('volume: extend')
def _(f):
    f.demo.post(f.volume + '/action', {'os-extend': {'new_size': 2}})
    return f.wait(f.volume, 'volume', 'status', 'available')


@step('volume: snapshot, volume from it')
def _(f):
    snapshot = CINDER + '/snapshots/' + f.demo.post(CINDER + '/snapshots', {
        'snapshot': {'volume_id': id_of(f.volume), 'name': 's'}}).snapshot['id']
    f.wait(snapshot, 'snapshot', 'status', 'available')
    f.remove(f.new_volume(2, snapshot_id=id_of(snapshot)))
    f.remove(snapshot)


@step('volume: to image')
def _(f):
    a = f.demo.post(f.volume + '/action', {'os-volume_upload_image': {
        'image_name': 'check', 'disk_format': 'raw', 'container_format': 'bare'}})
    image = GLANCE + '/images/' + getattr(a, 'os-volume_upload_image')['image_id']
    seen = f.wait(image, None, 'status', 'active')
    f.wait(f.volume, 'volume', 'status', 'available')
    f.demo.delete(image)
    return seen


@step('volume: from image, boot from it')
def _(f):
    volume = f.new_volume(1, imageRef=f.image)
    server = f.boot('bfv', imageRef='', block_device_mapping_v2=[{
        'boot_index': 0, 'source_type': 'volume', 'destination_type': 'volume',
        'uuid': id_of(volume), 'delete_on_termination': True}])
    f.wait(server, 'server', 'status', 'ACTIVE')
    f.remove(server)
    f.gone(volume)


@step('server: boot, image to new volume')
def _(f):
    server = f.boot('bfv2', imageRef='', block_device_mapping_v2=[{
        'boot_index': 0, 'source_type': 'image', 'destination_type': 'volume', 'volume_size': 1,
        'uuid': f.image, 'delete_on_termination': True}])
    seen = f.wait(server, 'server', 'status', 'ACTIVE')
    f.remove(server)
    return seen


@step('volume: delete')
def _(f):
    f.remove(f.volume)
