"""Who listens on RabbitMQ: a message to a queue that nobody consumes is lost."""
import kombu

from openstack_lab.cloud import RABBITMQ


def has_consumer(queue):
    try:
        with kombu.Connection(RABBITMQ) as connection:
            return connection.default_channel.queue_declare(queue, passive=True).consumer_count > 0
    except Exception:       # not reachable, or no such queue yet
        return False
