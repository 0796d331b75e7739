"""What the steps share: the user demo, the names of what is there, the server they work on."""
import json
import time

from openstack_lab.cloud import CINDER, GLANCE, NEUTRON, NOVA, login, until

PAUSE = 0.05


class Fixture:

    def __init__(self):
        self.demo = login('demo', 'demo')
        self.image = self._named(GLANCE + '/images', 'images', 'cirros')
        self.flavors = {f['name']: f['id'] for f in self.demo.get(NOVA + '/flavors').flavors}
        self.private = self._named(NEUTRON + '/networks', 'networks', 'private')
        self.public = self._named(NEUTRON + '/networks', 'networks', 'public')
        self.server = None      # URLs
        self.volume = None

    def _named(self, url, kind, name):
        return [x for x in getattr(self.demo.get(url), kind) if x['name'] == name][0]['id']

    def server_body(self, name, **more):
        return {'server': {'name': name, 'flavorRef': self.flavors['m1.tiny'], 'imageRef': self.image,
                           'networks': [{'uuid': self.private}], **more}}

    def boot(self, name, **more):
        """Asks for a server and gives its URL."""
        return NOVA + '/servers/' + self.demo.post(
            NOVA + '/servers', self.server_body(name, **more)).server['id']

    def new_volume(self, size, **more):
        """Makes a volume, waits until it is available, and gives its URL."""
        volume = CINDER + '/volumes/' + self.demo.post(
            CINDER + '/volumes', {'volume': {'size': size, **more}}).volume['id']
        self.wait(volume, 'volume', 'status', 'available')
        return volume

    def wait(self, url, kind, field, *wanted, seconds=60, client=None):
        """Until the field has a wanted value; gives the values seen on the way. kind: the
        member of the answer that holds the field, None for the answer itself."""
        end, seen = time.time() + seconds, []
        while True:
            body = json.loads((client or self.demo).get(url).text)
            value = (body[kind] if kind else body)[field]
            if not seen or seen[-1] != value:
                seen.append(value)
            path = ' -> '.join(map(str, seen))
            if value in wanted:
                return path
            if time.time() > end or value in ('ERROR', 'error'):
                raise AssertionError('%s is %s' % (field, path))
            time.sleep(PAUSE)

    def gone(self, url, client=None):
        until('still there: ' + url,
              lambda: (client or self.demo).get(url, expect=None).status == 404, pause=PAUSE)

    def remove(self, url, client=None):
        (client or self.demo).delete(url)
        self.gone(url, client)


def id_of(url):
    return url.rsplit('/', 1)[1]
