"""Keypairs, server groups, Nova's proxies of other services, what other users may do."""
import time

from openstack_lab.check.fixture import PAUSE
from openstack_lab.check.steps import step
from openstack_lab.cloud import NEUTRON, NOVA, login


@step('keypair: create, import, delete')
def _(f):
    k = f.demo.post(NOVA + '/os-keypairs', {'keypair': {'name': 'check'}}).keypair
    f.demo.delete(NOVA + '/os-keypairs/check')
    f.demo.post(NOVA + '/os-keypairs', {'keypair': {'name': 'check', 'public_key': k['public_key']}})
    f.demo.delete(NOVA + '/os-keypairs/check')


@step('server group')
def _(f):
    g = f.demo.post(NOVA + '/os-server-groups', {'server_group': {
        'name': 'check', 'policies': ['anti-affinity']}}).server_group['id']
    f.demo.delete(NOVA + '/os-server-groups/' + g)


def proxy(path):
    """Declares a step: does Nova still answer for another service, at 2.1 and at 2.93?"""
    @step('proxy at 2.1: GET /' + path)
    def _(f):
        old = f.demo.get(NOVA + '/' + path, expect=None)
        new = f.demo.get(NOVA + '/' + path, expect=None, version='compute 2.93')
        return 'HTTP %s (2.93: %s)' % (old.status, new.status)


for _path in (
        'images', 'os-volumes', 'os-snapshots', 'os-volume-types', 'os-floating-ips',
        'os-floating-ip-pools', 'os-networks', 'os-tenant-networks', 'os-security-groups',
        'os-quota-sets/x', 'os-fixed-ips/10.0.0.1', 'os-floating-ips-bulk', 'os-floating-ip-dns',
        'os-fping', 'os-cells', 'os-certificates/root', 'os-cloudpipe', 'extensions', 'limits',
        'os-availability-zone', 'os-simple-tenant-usage'):
    proxy(_path)


@step('server: no networks (2.1), auto (2.37)')
def _(f):
    body = {'name': 'auto', 'flavorRef': f.flavors['m1.tiny'], 'imageRef': f.image}
    url = NOVA + '/servers/' + f.demo.post(NOVA + '/servers', {'server': body}).server['id']
    f.wait(url, 'server', 'status', 'ACTIVE')
    f.remove(url)
    other = login('other', 'other')         # has no network
    url = NOVA + '/servers/' + other.post(
        NOVA + '/servers', {'server': dict(body, networks='auto')}, version='compute 2.37').server['id']
    while (server := other.get(url).server)['status'] == 'BUILD':
        time.sleep(PAUSE)
    f.remove(url, other)
    other.delete('%s/auto-allocated-topology/%s' % (NEUTRON, server['tenant_id']))
    return 'auto: %s %s' % (server['status'], list(server['addresses']))


@step('reader: may create a server?')
def _(f):
    answer = login('reader', 'demo').post(NOVA + '/servers', f.server_body('reader'), expect=None)
    if answer.status == 202:
        url = NOVA + '/servers/' + answer.server['id']
        f.wait(url, 'server', 'status', 'ACTIVE')
        f.remove(url)
    return 'HTTP %s' % answer.status


@step('other project: sees the server?')
def _(f):
    return 'HTTP %s' % login('other', 'other').get(f.server, expect=None).status


@step('server: delete -> 404')
def _(f):
    f.remove(f.server)
