# shellcheck shell=bash
# Glance, Nova, Neutron and Cinder: nine processes forked from one launcher.

start_eventlet_services() {
  /usr/bin/python3 -m openstack_lab.launch >>"$LAB/log/launch.log" 2>&1 9>&- ||
    die_with "$LAB/log/launch.log" "launcher"
}

await_eventlet_services() {
  await glance-api 120 curl -s "http://127.0.0.1:9292/"
  await nova-api 120 curl -s "http://127.0.0.1:8774/"
  await cinder-api 120 curl -s "http://127.0.0.1:8776/"
  await neutron-server 120 curl -s "http://127.0.0.1:9696/"
}
