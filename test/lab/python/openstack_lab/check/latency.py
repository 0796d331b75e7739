"""Median times of single calls, each on a connection of its own."""
import statistics
import time

from openstack_lab.check.fixture import id_of
from openstack_lab.cloud import (
    CINDER, GLANCE, HOST, KEYSTONE, NEUTRON, NOVA, Client, by_password, in_project, tokens)

READS, CREATIONS, BOOTS = 25, 8, 5


def times(count, call):
    """Milliseconds of each of count calls, in order."""
    measured = []
    for _ in range(count):
        begin = time.perf_counter()
        call()
        measured.append((time.perf_counter() - begin) * 1000)
    return measured


def report(name, measured):
    print('%-44s median %6.1f ms  min %6.1f  max %7.1f  (n=%d)' % (
        name, statistics.median(measured), min(measured), max(measured), len(measured)), flush=True)


def reads(f, server, volume):
    """Name and call of each measured read."""
    def get(url, **options):
        return lambda: f.demo.get(url, **options)

    token = {'X-Subject-Token': f.demo.token}
    return (
        ('POST /v3/auth/tokens (password)', lambda: tokens(by_password('demo'), in_project('demo'))),
        ('GET /v3/auth/tokens (self)', get(KEYSTONE + '/auth/tokens', headers=token)),
        ('GET /v3/auth/catalog', get(KEYSTONE + '/auth/catalog')),
        ('GET /v3/auth/projects', get(KEYSTONE + '/auth/projects')),
        ('GET nova / (versions, no token)', lambda: Client().get(HOST + '8774/', expect=None)),
        ('GET /servers', get(NOVA + '/servers')),
        ('GET /servers/detail (1 server)', get(NOVA + '/servers/detail')),
        ('GET /servers/{id}', get(server)),
        ('GET /servers/{unknown} (404)', get(server[:-4] + '0000', expect=(404,))),
        ('GET /flavors/detail', get(NOVA + '/flavors/detail')),
        ('GET /os-keypairs', get(NOVA + '/os-keypairs')),
        ('GET /servers/{id}/os-interface', get(server + '/os-interface')),
        ('GET /servers/{id}/os-volume_attachments', get(server + '/os-volume_attachments')),
        ('GET /limits', get(NOVA + '/limits')),
        ('GET glance /v2/images', get(GLANCE + '/images')),
        ('GET neutron /networks', get(NEUTRON + '/networks')),
        ('GET neutron /ports?device_id=', get(NEUTRON + '/ports?device_id=' + id_of(server))),
        ('GET neutron /floatingips', get(NEUTRON + '/floatingips')),
        ('GET neutron /security-groups', get(NEUTRON + '/security-groups')),
        ('GET cinder /volumes/detail', get(CINDER + '/volumes/detail')),
        ('GET cinder /volumes/{id}', get(volume)),
        ('GET nova /os-volumes (proxy)', get(NOVA + '/os-volumes/detail')),
    )


def measure(f):
    server, volume = f.boot('latency'), f.new_volume(1)
    f.wait(server, 'server', 'status', 'ACTIVE')
    for name, call in reads(f, server, volume):
        report(name, times(READS, call))

    made = []
    report('POST /servers (answer only)', times(
        CREATIONS, lambda: made.append(f.boot('latency-%d' % len(made)))))
    for url in made:
        f.wait(url, 'server', 'status', 'ACTIVE')
    report('GET /servers/detail (%d servers)' % (1 + len(made)), times(
        READS, lambda: f.demo.get(NOVA + '/servers/detail')))

    def boot():
        made.append(f.boot('latency-active-%d' % len(made)))
        f.wait(made[-1], 'server', 'status', 'ACTIVE')
    report('POST /servers until ACTIVE', times(BOOTS, boot))

    made.append(server)
    report('DELETE /servers/{id} until 404', times(len(made), lambda: f.remove(made.pop())))
    f.demo.delete(volume)
