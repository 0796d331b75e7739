# shellcheck shell=bash
# Keystone and Placement run under uWSGI.

# uWSGI closes a connection after each answer. Unless it says so, clients use pooled
# connections again and see them reset.
UWSGI=(uwsgi --plugin python3 --master --die-on-term --need-app --single-interpreter
  --enable-threads --threads 4 --buffer-size 65535 --disable-logging
  --add-header 'Connection: close')

start_keystone() {
  spawn keystone env OS_KEYSTONE_CONFIG_FILES="$LAB/etc/keystone.conf" \
    "${UWSGI[@]}" --processes 2 --http-socket 127.0.0.1:5000 --wsgi-file /usr/bin/keystone-wsgi-public
}

# uWSGI listens before it has loaded the application: the answer counts, not the port.
await_keystone() { await keystone 120 curl -sf "http://127.0.0.1:5000/v3"; }

start_placement() {
  spawn placement env OS_PLACEMENT_CONFIG_DIR="$LAB/etc" \
    "${UWSGI[@]}" --processes 1 --http-socket 127.0.0.1:8778 --wsgi-file /usr/bin/placement-api
}

await_placement() { await placement 120 curl -sf "http://127.0.0.1:8778/"; }
