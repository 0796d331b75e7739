"""Stands in for the hypervisor: Nova's own fake driver, with true power states, snapshots
that become active images, and servers named fail-* that go to ERROR."""
import io

from nova.compute import power_state
from nova import exception
from nova.image import glance
from nova.virt import fake


class LabDriver(fake.FakeDriver):

    def spawn(self, context, instance, *args, **kwargs):
        if (instance.display_name or '').startswith('fail-'):
            raise exception.BuildAbortException(instance_uuid=instance.uuid, reason='lab')
        return super().spawn(context, instance, *args, **kwargs)

    def _set(self, instance, state):
        if instance.uuid not in self.instances:
            raise exception.InstanceNotFound(instance_id=instance.uuid)
        self.instances[instance.uuid].state = state

    def pause(self, instance):
        self._set(instance, power_state.PAUSED)

    def unpause(self, instance):
        self._set(instance, power_state.RUNNING)

    def suspend(self, context, instance):
        self._set(instance, power_state.SUSPENDED)

    def resume(self, context, instance, network_info, block_device_info=None):
        self._set(instance, power_state.RUNNING)

    def snapshot(self, context, instance, image_id, update_task_state):
        super().snapshot(context, instance, image_id, update_task_state)
        api = glance.API()
        image = api.get(context, image_id)
        api.update(context, image_id,
                   {'name': image['name'], 'disk_format': 'raw', 'container_format': 'bare',
                    'properties': {}},
                   io.BytesIO(b'snapshot of ' + instance.uuid.encode()), purge_props=False)
