"""Fills the empty cloud through its public APIs.

bootstrap identity    projects, users, catalogue, federation: Keystone alone must be up
bootstrap ready       waits until the cloud can be used
bootstrap resources   flavors, images, networks, a keypair
"""
import os
import sys

from openstack_lab import messaging
from openstack_lab.cloud import (
    CINDER, GLANCE, HOST, KEYSTONE, NEUTRON, NOVA, PASSWORDS, PLACEMENT, SERVICE_PASSWORD, login,
    until)

CATALOGUE = (            # type, name, URL; identity is there already
    ('image', 'glance', HOST + '9292'),
    ('placement', 'placement', PLACEMENT),
    ('compute', 'nova', NOVA),
    ('network', 'neutron', HOST + '9696'),
    ('volumev3', 'cinderv3', CINDER + '/%(project_id)s'),
    ('block-storage', 'cinder', CINDER + '/%(project_id)s'))

FLAVORS = (              # name, VCPUs, MiB, GB
    ('m1.tiny', 1, 512, 1),
    ('m1.small', 1, 2048, 20),
    ('m1.medium', 2, 4096, 40),
    ('hpc-große-Maschine_2', 4, 8192, 80))

IMAGES = (
    {'name': 'cirros', 'os_distro': 'cirros'},
    {'name': 'Debian 12 – größer', 'os_distro': 'debian', 'os_version': '12'})

OPEN_PORTS = (22, 80, 443)


def make(client, url, kind, body):
    return getattr(client.post(url, {kind: body}), kind)


def identity():
    admin = login('admin', 'admin')
    roles = {role['name']: role['id'] for role in admin.get(KEYSTONE + '/roles').roles}
    if 'service' not in roles:
        roles['service'] = make(admin, KEYSTONE + '/roles', 'role', {'name': 'service'})['id']

    def project(name):
        return make(admin, KEYSTONE + '/projects', 'project', {'name': name, 'domain_id': 'default'})['id']

    def user(name, password, project_id, *granted):
        made = make(admin, KEYSTONE + '/users', 'user', {
            'name': name, 'password': password, 'domain_id': 'default',
            'default_project_id': project_id})['id']
        for role in granted:
            admin.put('%s/projects/%s/users/%s/roles/%s' % (KEYSTONE, project_id, made, roles[role]))

    service = project('service')
    for name in ('placement', 'nova', 'neutron', 'cinder', 'glance'):
        user(name, SERVICE_PASSWORD, service, 'admin', 'service')
    demo, other = project('demo'), project('other')
    user('demo', PASSWORDS['demo'], demo, 'member', 'reader')
    user('reader', PASSWORDS['reader'], demo, 'reader')
    user('other', PASSWORDS['other'], other, 'member', 'reader')
    catalogue(admin)
    federation(admin, demo, roles['member'])


def catalogue(admin):
    for type_, name, url in CATALOGUE:
        service = make(admin, KEYSTONE + '/services', 'service', {'type': type_, 'name': name})['id']
        for interface in ('public', 'internal', 'admin'):
            make(admin, KEYSTONE + '/endpoints', 'endpoint', {
                'service_id': service, 'interface': interface, 'url': url, 'region_id': 'RegionOne'})


def federation(admin, project, role):
    """Who asks with the headers OIDC-ISS and OIDC-SUB, which elsewhere only a trusted proxy
    could set, is the user of that subject and has the role on the project."""
    issuer = 'https://idp.example.org'
    group = make(admin, KEYSTONE + '/groups', 'group', {'name': 'federated', 'domain_id': 'default'})['id']
    admin.put('%s/projects/%s/groups/%s/roles/%s' % (KEYSTONE, project, group, role))
    url = KEYSTONE + '/OS-FEDERATION/'
    admin.put(url + 'identity_providers/lab', {'identity_provider': {
        'enabled': True, 'remote_ids': [issuer]}})
    admin.put(url + 'mappings/lab', {'mapping': {'rules': [{
        'local': [{'user': {'name': '{0}'}}, {'group': {'id': group}}],
        'remote': [{'type': 'HTTP_OIDC_SUB'}, {'type': 'HTTP_OIDC_ISS', 'any_one_of': [issuer]}]}]}})
    for protocol in ('openid', 'mapped'):
        admin.put(url + 'identity_providers/lab/protocols/' + protocol,
                  {'protocol': {'mapping_id': 'lab'}})


def resources():
    admin, demo = login('admin', 'admin'), login('demo', 'demo')
    flavors(admin)
    images(admin)
    networks(admin, demo)
    security_rules(demo)
    keypair(demo)


def flavors(admin):
    for name, vcpus, ram, disk in FLAVORS:
        last = make(admin, NOVA + '/flavors', 'flavor', {
            'name': name, 'vcpus': vcpus, 'ram': ram, 'disk': disk})
    admin.post('%s/flavors/%s/os-extra_specs' % (NOVA, last['id']),
               {'extra_specs': {'hw:cpu_policy': 'shared'}})


def images(admin):
    for properties in IMAGES:
        image = admin.post(GLANCE + '/images', dict(
            properties, disk_format='raw', container_format='bare', visibility='public', min_disk=1)).id
        admin.put('%s/images/%s/file' % (GLANCE, image), b'\0' * 4096,
                  headers={'Content-Type': 'application/octet-stream'})


def networks(admin, demo):
    public = make(admin, NEUTRON + '/networks', 'network', {
        'name': 'public', 'router:external': True, 'provider:network_type': 'flat',
        'provider:physical_network': 'public', 'is_default': True})['id']
    make(admin, NEUTRON + '/subnets', 'subnet', {
        'name': 'public', 'network_id': public, 'ip_version': 4, 'cidr': '203.0.113.0/24',
        'enable_dhcp': False})
    # lets a project without networks (other) boot with "networks": "auto"
    make(admin, NEUTRON + '/subnetpools', 'subnetpool', {
        'name': 'auto', 'prefixes': ['10.64.0.0/16'], 'default_prefixlen': 24, 'shared': True,
        'is_default': True})
    private = make(demo, NEUTRON + '/networks', 'network', {'name': 'private'})['id']
    subnet = make(demo, NEUTRON + '/subnets', 'subnet', {
        'name': 'private', 'network_id': private, 'ip_version': 4, 'cidr': '10.0.0.0/22',
        'dns_nameservers': ['10.0.0.2']})['id']
    router = make(demo, NEUTRON + '/routers', 'router', {
        'name': 'router', 'external_gateway_info': {'network_id': public}})['id']
    demo.put('%s/routers/%s/add_router_interface' % (NEUTRON, router), {'subnet_id': subnet})


def security_rules(demo):
    group = demo.get(NEUTRON + '/security-groups?name=default').security_groups[0]['id']
    rules = [{'protocol': 'icmp'}] + [
        {'protocol': 'tcp', 'port_range_min': port, 'port_range_max': port} for port in OPEN_PORTS]
    for rule in rules:
        make(demo, NEUTRON + '/security-group-rules', 'security_group_rule', dict(
            rule, security_group_id=group, direction='ingress', ethertype='IPv4'))


def keypair(demo):
    made = make(demo, NOVA + '/os-keypairs', 'keypair', {'name': 'demo'})
    with open(os.environ['LAB'] + '/demo.pem', 'w') as key:
        key.write(made['private_key'])


def ready():
    """Each service takes its messages (a server asked for earlier would stay in BUILD), and
    the schedulers know the host and the disks (a volume asked for earlier would go to error)."""
    for queue in ('conductor', 'scheduler', 'compute.lab', 'q-plugin', 'cinder-scheduler',
                  'cinder-volume.lab@lab'):
        until(queue, lambda: messaging.has_consumer(queue))
    admin = login('admin', 'admin')
    until('host discovery', lambda: admin.get(NOVA + '/os-hypervisors').hypervisors)
    until('volume backend', lambda: admin.get(CINDER + '/scheduler-stats/get_pools').pools)


if __name__ == '__main__':
    {'identity': identity, 'resources': resources, 'ready': ready}[sys.argv[1]]()
