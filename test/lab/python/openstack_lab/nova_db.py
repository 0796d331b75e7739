"""Builds Nova's databases: API, cell0 and one cell."""
import os

from nova.cmd import manage
from nova import config, objects

LAB = os.environ['LAB']
CELL0 = 'mysql+pymysql://root@localhost/nova_cell0?unix_socket=%s/mysql.sock&charset=utf8' % LAB

if __name__ == '__main__':
    config.parse_args(['nova-manage', '--config-file', LAB + '/etc/nova.conf'])
    objects.register_all()
    manage.ApiDbCommands().sync()
    manage.CellV2Commands().map_cell0(CELL0)
    manage.DbCommands().sync()
    manage.CellV2Commands().create_cell(name='cell1')
