"""Stands in for the L2 and L3 agents: binds every port and reports floating IPs active."""
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib import constants, context as n_context
from neutron_lib.plugins import constants as plugins, directory
from neutron_lib.plugins.ml2 import api


class LabMechanismDriver(api.MechanismDriver):

    def initialize(self):
        for event in (events.AFTER_CREATE, events.AFTER_UPDATE):
            registry.subscribe(self._floating_ip, resources.FLOATING_IP, event)

    def bind_port(self, context):
        context.set_binding(
            context.segments_to_bind[0][api.ID], portbindings.VIF_TYPE_OVS,
            {portbindings.CAP_PORT_FILTER: True, portbindings.OVS_HYBRID_PLUG: False},
            status=constants.PORT_STATUS_ACTIVE)

    def _floating_ip(self, resource, event, trigger, payload):
        status = (constants.FLOATINGIP_STATUS_ACTIVE
                  if payload.latest_state.get('port_id') else
                  constants.FLOATINGIP_STATUS_DOWN)
        directory.get_plugin(plugins.L3).update_floatingip_status(
            n_context.get_admin_context(), payload.resource_id, status)
