"""Builds Keystone's database: tables, the user admin, the catalogue's first entry."""
import os

from keystone.cmd import cli

from openstack_lab import cloud

CONFIGURATION = ['keystone-manage', '--config-file', os.environ['LAB'] + '/etc/keystone.conf']
BOOTSTRAP = ['bootstrap', '--bootstrap-password', cloud.PASSWORDS['admin'],
             '--bootstrap-region-id', 'RegionOne',
             '--bootstrap-public-url', cloud.KEYSTONE,
             '--bootstrap-internal-url', cloud.KEYSTONE,
             '--bootstrap-admin-url', cloud.KEYSTONE]


def run(command):
    """In a process of its own: Keystone reads its configuration once per process."""
    pid = os.fork()
    if not pid:
        cli.main(CONFIGURATION + command)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit('keystone-manage %s failed' % command[0])


if __name__ == '__main__':
    run(['db_sync'])
    run(BOOTSTRAP)
