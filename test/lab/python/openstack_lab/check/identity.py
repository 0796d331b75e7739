from openstack_lab.check.steps import step
from openstack_lab.cloud import (
    HOST, KEYSTONE, NOVA, PASSWORDS, Client, by_password, in_project, tokens)


def by_token(token):
    return {'methods': ['token'], 'token': {'id': token}}


@step('token: self-validation')
def _(f):
    t = f.demo.get(KEYSTONE + '/auth/tokens', headers={'X-Subject-Token': f.demo.token}).token
    return 'methods %s, project %s, roles %s, catalog %s' % (
        t['methods'], t['project']['name'], [r['name'] for r in t['roles']],
        [s['type'] for s in t['catalog']])


@step('token: invalid')
def _(f):
    return Client('nonsense').get(NOVA + '/servers', expect=(401,)).headers['WWW-Authenticate']


@step('token: unscoped, then /auth/projects')
def _(f):
    # no scope at all would give the user's default project
    a = tokens(by_password('demo'), 'unscoped')
    assert 'project' not in a.token and 'catalog' not in a.token
    unscoped = Client(a.headers['X-Subject-Token'])
    return [p['name'] for p in unscoped.get(KEYSTONE + '/auth/projects').projects]


@step('token: from a token (rescope)')
def _(f):
    tokens(by_token(f.demo.token), in_project('demo'))


@step('application credential')
def _(f):
    me = f.demo.get(KEYSTONE + '/auth/tokens', headers={'X-Subject-Token': f.demo.token}).token['user']['id']
    url = '%s/users/%s/application_credentials' % (KEYSTONE, me)
    c = f.demo.post(url, {'application_credential': {'name': 'check'}}).application_credential
    tokens({'methods': ['application_credential'],
            'application_credential': {'id': c['id'], 'secret': c['secret']}})
    f.demo.delete(url + '/' + c['id'])


@step('federation: headers -> unscoped -> scoped')
def _(f):
    a = Client().get(KEYSTONE + '/OS-FEDERATION/identity_providers/lab/protocols/openid/auth',
                     headers={'OIDC-ISS': 'https://idp.example.org', 'OIDC-SUB': 'alice@example.org'})
    unscoped = Client(a.headers['X-Subject-Token'])
    projects = [p['name'] for p in unscoped.get(KEYSTONE + '/auth/projects').projects]
    a = tokens(by_token(unscoped.token), in_project('demo'))
    n = len(Client(a.headers['X-Subject-Token']).get(NOVA + '/servers').servers)
    return 'user %s, projects %s, methods %s, %d servers seen' % (
        a.token['user']['name'], projects, a.token['methods'], n)


@step('keystone v2.0')
def _(f):
    a = Client().post(HOST + '5000/v2.0/tokens', {'auth': {'tenantName': 'demo', 'passwordCredentials': {
        'username': 'demo', 'password': PASSWORDS['demo']}}}, expect=None)
    return 'HTTP %s' % a.status


@step('versions')
def _(f):
    n = Client().get(HOST + '8774/', expect=(200, 300)).versions
    c = Client().get(HOST + '8776/', expect=(200, 300)).versions
    return ', '.join('%s %s-%s' % (v['id'], v.get('min_version'), v.get('version')) for v in n + c)
