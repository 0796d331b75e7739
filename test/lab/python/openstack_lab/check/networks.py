import time

from openstack_lab.check.fixture import PAUSE, id_of
from openstack_lab.check.steps import step
from openstack_lab.cloud import NEUTRON, NOVA, until


@step('network, subnet, router: create, delete')
def _(f):
    n = f.demo.post(NEUTRON + '/networks', {'network': {'name': 'check'}}).network
    s = f.demo.post(NEUTRON + '/subnets', {'subnet': {
        'network_id': n['id'], 'ip_version': 4, 'cidr': '10.9.0.0/24'}}).subnet
    r = f.demo.post(NEUTRON + '/routers', {'router': {
        'name': 'check', 'external_gateway_info': {'network_id': f.public}}}).router
    router = '%s/routers/%s' % (NEUTRON, r['id'])
    f.demo.put(router + '/add_router_interface', {'subnet_id': s['id']})
    f.demo.put(router + '/remove_router_interface', {'subnet_id': s['id']})
    f.demo.delete(router)
    f.demo.delete(NEUTRON + '/networks/' + n['id'])
    return 'network %s' % n['status']


@step('interface: attach, detach')
def _(f):
    i = f.demo.post(f.server + '/os-interface', {
        'interfaceAttachment': {'net_id': f.private}}).interfaceAttachment
    n = len(f.demo.get(f.server + '/os-interface').interfaceAttachments)
    f.demo.delete(f.server + '/os-interface/' + i['port_id'])
    f.gone(NEUTRON + '/ports/' + i['port_id'])
    return 'port_state %s, %d interfaces' % (i['port_state'], n)


@step('port: create, attach, detach, delete')
def _(f):
    p = f.demo.post(NEUTRON + '/ports', {'port': {'network_id': f.private, 'name': 'check'}}).port['id']
    port = NEUTRON + '/ports/' + p
    f.demo.post(f.server + '/os-interface', {'interfaceAttachment': {'port_id': p}})
    seen = f.wait(port, 'port', 'status', 'ACTIVE')
    f.demo.delete(f.server + '/os-interface/' + p)
    f.wait(port, 'port', 'device_id', '')
    f.demo.delete(port)
    return seen


@step('floating IP: create, associate')
def _(f):
    made = f.demo.post(NEUTRON + '/floatingips', {'floatingip': {'floating_network_id': f.public}}).floatingip
    port = f.demo.get(NEUTRON + '/ports?device_id=' + id_of(f.server)).ports[0]['id']
    url = NEUTRON + '/floatingips/' + made['id']
    f.demo.put(url, {'floatingip': {'port_id': port}})
    seen = made['status'] + ' -> ' + f.wait(url, 'floatingip', 'status', 'ACTIVE')
    begin = time.time()
    until('not in the server', lambda: made['floating_ip_address'] in f.demo.get(f.server).text,
          seconds=30, pause=PAUSE)
    shown = time.time() - begin
    f.demo.put(url, {'floatingip': {'port_id': None}})
    f.demo.delete(url)
    return '%s, in the server after %.1f s' % (seen, shown)


@step('floating IP: by nova (2.1 actions)')
def _(f):
    made = f.demo.post(NOVA + '/os-floating-ips', {'pool': 'public'}).floating_ip
    url = NOVA + '/os-floating-ips/' + made['id']
    f.demo.post(f.server + '/action', {'addFloatingIp': {'address': made['ip']}})
    shown = f.demo.get(url).floating_ip
    f.demo.post(f.server + '/action', {'removeFloatingIp': {'address': made['ip']}})
    f.demo.delete(url)
    return 'fixed_ip %s, pool %s' % (shown['fixed_ip'], shown['pool'])


@step('security group: create, rule, add')
def _(f):
    g = f.demo.post(NEUTRON + '/security-groups', {'security_group': {'name': 'check'}}).security_group
    f.demo.post(NEUTRON + '/security-group-rules', {'security_group_rule': {
        'security_group_id': g['id'], 'direction': 'ingress', 'protocol': 'tcp',
        'port_range_min': 8080, 'port_range_max': 8080}})
    f.demo.post(f.server + '/action', {'addSecurityGroup': {'name': 'check'}})
    names = [x['name'] for x in f.demo.get(f.server).server['security_groups']]
    f.demo.post(f.server + '/action', {'removeSecurityGroup': {'name': 'check'}})
    f.demo.delete(NEUTRON + '/security-groups/' + g['id'])
    return names
