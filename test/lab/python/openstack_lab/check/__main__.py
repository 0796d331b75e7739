"""check: every step in order, one line each; check latency: median times of single calls."""
import sys

from openstack_lab.check import latency, steps
from openstack_lab.check.fixture import Fixture
# in this order: `servers` makes the server that the others use and `others` deletes it
from openstack_lab.check import identity, servers, volumes, networks, others  # noqa: F401


def main(arguments):
    if arguments == ['latency']:
        latency.measure(Fixture())
        return 0
    if arguments:
        print('usage: check [latency]', file=sys.stderr)
        return 2
    failed = steps.run(Fixture())
    print('%d failed: %s' % (len(failed), failed) if failed else 'all %d passed' % len(steps.STEPS))
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
