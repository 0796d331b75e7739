"""The lab's addresses and users, and a client for its APIs."""
import http.client
import json
import time
from urllib.parse import urlsplit

HOST = 'http://127.0.0.1:'
KEYSTONE = HOST + '5000/v3'
GLANCE = HOST + '9292/v2'
NOVA = HOST + '8774/v2.1'
NEUTRON = HOST + '9696/v2.0'
CINDER = HOST + '8776/v3'
PLACEMENT = HOST + '8778'
RABBITMQ = 'amqp://guest:guest@127.0.0.1:5672//'

PASSWORDS = {'admin': 'admin-secret', 'demo': 'demo-secret', 'reader': 'demo-secret',
             'other': 'demo-secret'}
SERVICE_PASSWORD = 'service-secret'
DEFAULT_DOMAIN = {'name': 'Default'}


class Refused(Exception):
    """An answer with another status than expected."""


class Answer:
    """An answer; the members of its JSON body are attributes."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.text = status, headers, body.decode(errors='replace')

    def __getattr__(self, name):
        return json.loads(self.text)[name]


class Client:
    """Calls the APIs with one token, or with none."""

    def __init__(self, token=None):
        self.token = token

    def call(self, method, url, body=None, expect=(200, 201, 202, 204), version=None, headers=None):
        """body: JSON-like, or bytes as they are; expect: the statuses that are no failure,
        None for all; version: a microversion, such as 'compute 2.26'."""
        sent = {'Accept': 'application/json', 'Content-Type': 'application/json'}
        if self.token:
            sent['X-Auth-Token'] = self.token
        if version:
            sent['OpenStack-API-Version'] = version
        sent.update(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body)
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
        try:
            target = parts.path + ('?' + parts.query if parts.query else '')
            connection.request(method, target, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        if expect and answer.status not in expect:
            raise Refused('%s %s: %s %s' % (method, url, answer.status, answer.text[:200]))
        return answer

    def get(self, url, **options):
        return self.call('GET', url, **options)

    def post(self, url, body, **options):
        return self.call('POST', url, body, **options)

    def put(self, url, body=None, **options):
        return self.call('PUT', url, body, **options)

    def delete(self, url, **options):
        return self.call('DELETE', url, **options)


def tokens(identity, scope=None):
    """The answer of POST /v3/auth/tokens."""
    auth = {'identity': identity}
    if scope:
        auth['scope'] = scope
    return Client().post(KEYSTONE + '/auth/tokens', {'auth': auth})


def by_password(user):
    return {'methods': ['password'], 'password': {'user': {
        'name': user, 'domain': DEFAULT_DOMAIN, 'password': PASSWORDS[user]}}}


def in_project(name):
    return {'project': {'name': name, 'domain': DEFAULT_DOMAIN}}


def login(user, project):
    return Client(tokens(by_password(user), in_project(project)).headers['X-Subject-Token'])


def until(what, check, seconds=60, pause=0.2):
    """Calls check until it gives something true, and returns that."""
    end = time.time() + seconds
    while True:
        result = check()
        if result:
            return result
        if time.time() > end:
            raise TimeoutError('timeout: ' + what)
        time.sleep(pause)
