import base64
import json

from openstack_lab.check.fixture import id_of
from openstack_lab.check.steps import step
from openstack_lab.cloud import GLANCE


@step('server: create -> ACTIVE')
def _(f):
    f.server = f.boot(
        'check', key_name='demo', metadata={'occi': 'ä'}, security_groups=[{'name': 'default'}],
        user_data=base64.b64encode(b'#cloud-config').decode())
    return f.wait(f.server, 'server', 'status', 'ACTIVE')


@step('server: show')
def _(f):
    s = f.demo.get(f.server).server
    return json.dumps({k: s[k] for k in ('addresses', 'OS-EXT-STS:power_state', 'OS-EXT-SRV-ATTR:instance_name')
                       if k in s})


def action(name, body, *wanted):
    """Declares a step: the action, then the status that it leads to."""
    @step('server: ' + name)
    def _(f):
        answer = f.demo.post(f.server + '/action', body(f) if callable(body) else body)
        if not wanted:
            return answer.text[:90]
        # a reboot leaves status for a moment; wait until no task runs
        f.wait(f.server, 'server', 'OS-EXT-STS:task_state', None)
        return f.wait(f.server, 'server', 'status', *wanted)


action('stop', {'os-stop': None}, 'SHUTOFF')
action('start', {'os-start': None}, 'ACTIVE')
action('suspend', {'suspend': None}, 'SUSPENDED')
action('resume', {'resume': None}, 'ACTIVE')
action('pause', {'pause': None}, 'PAUSED')
action('unpause', {'unpause': None}, 'ACTIVE')
action('reboot soft', {'reboot': {'type': 'SOFT'}}, 'ACTIVE')
action('reboot hard', {'reboot': {'type': 'HARD'}}, 'ACTIVE')
action('resize', lambda f: {'resize': {'flavorRef': f.flavors['m1.small']}}, 'VERIFY_RESIZE')
action('confirm resize', {'confirmResize': None}, 'ACTIVE')
action('resize', lambda f: {'resize': {'flavorRef': f.flavors['m1.medium']}}, 'VERIFY_RESIZE')
action('revert resize', {'revertResize': None}, 'ACTIVE')
action('shelve', {'shelve': None}, 'SHELVED_OFFLOADED')
action('unshelve', {'unshelve': None}, 'ACTIVE')
action('rescue', {'rescue': {'adminPass': 'x'}}, 'RESCUE')
action('unrescue', {'unrescue': None}, 'ACTIVE')
action('rebuild', lambda f: {'rebuild': {'imageRef': f.image}}, 'ACTIVE')
action('lock', {'lock': None})
action('unlock', {'unlock': None})
action('change password', {'changePassword': {'adminPass': 'secret'}})
action('console output', {'os-getConsoleOutput': {}})
action('VNC console (2.1)', {'os-getVNCConsole': {'type': 'novnc'}})


@step('server: remote-consoles (2.6)')
def _(f):
    return f.demo.post(f.server + '/remote-consoles', {'remote_console': {'protocol': 'vnc', 'type': 'novnc'}},
                       version='compute 2.6').remote_console['url']


@step('server: snapshot (createImage)')
def _(f):
    a = f.demo.post(f.server + '/action', {'createImage': {'name': 'check', 'metadata': {'a': 'b'}}})
    image = GLANCE + '/images/' + id_of(a.headers['Location'])
    seen = f.wait(image, None, 'status', 'active')
    f.wait(f.server, 'server', 'OS-EXT-STS:task_state', None)
    f.demo.delete(image)
    return seen


@step('server: metadata, tags, instance actions')
def _(f):
    f.demo.put(f.server + '/metadata/key', {'meta': {'key': 'value'}})
    f.demo.put(f.server + '/tags/tag', version='compute 2.26')
    return '%d actions' % len(f.demo.get(f.server + '/os-instance-actions').instanceActions)


@step('server: create failing (fail-*)')
def _(f):
    url = f.boot('fail-check')
    f.wait(url, 'server', 'status', 'ERROR')
    server = f.demo.get(url).server
    f.remove(url)
    return '%s, fault: %s' % (server['status'], server.get('fault', {}).get('message'))
