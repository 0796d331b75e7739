# shellcheck shell=bash

# RabbitMQ would start an epmd on all interfaces and never stop it: this one is on loopback
# and recorded like every other process.
start_rabbitmq() {
  echo '[].' >"$LAB/etc/enabled_plugins"
  export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=25673
  spawn epmd epmd
  await epmd 10 listening 25673
  # two schedulers that don't spin while idle
  spawn rabbitmq env RABBITMQ_NODENAME=lab@localhost RABBITMQ_DIST_PORT=25672 \
    RABBITMQ_CONFIG_FILE="$LAB/etc/rabbitmq.conf" RABBITMQ_MNESIA_BASE="$LAB/rabbit" \
    RABBITMQ_LOG_BASE="$LAB/log" RABBITMQ_ENABLED_PLUGINS_FILE="$LAB/etc/enabled_plugins" \
    RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ALLOW_INPUT=1 \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-noinput +S 2:2 +sbwt none
      -kernel inet_dist_use_interface {127,0,0,1}" \
    /usr/lib/rabbitmq/bin/rabbitmq-server
}

await_rabbitmq() { await rabbitmq 60 listening 5672; }
