# shellcheck shell=bash
# The services' databases: built once by their own migrations and filled through the APIs,
# then saved; later starts restore them.

DATABASES="keystone glance placement nova nova_api nova_cell0 neutron cinder"

databases_are_saved() {
  [ "$(cat "$LAB/saved/version" 2>/dev/null)" = "$(lab_version)" ]
}

# Changes with whatever decides what the databases hold.
lab_version() {
  # shellcheck disable=SC2086  # a list of words
  {
    find "$HERE"/{up,lib,services,config,python} -name check -prune -o -name '*.pyc' -o -type f -print0 |
      sort -z | xargs -0 cat
    dpkg-query -W $PACKAGES
    echo "$LAB"
  } | sha256sum | cut -d' ' -f1
}

# One process per project: starting the interpreter and importing cost more than migrating.
# Keystone starts and gets its users while the others migrate.
build_databases() {
  local database job jobs=()
  make_keys
  for database in $DATABASES; do echo "CREATE DATABASE $database;"; done | sql
  {
    (set -e; identity_database) & jobs+=($!)
    (set -e; compute_image_and_volume_databases) & jobs+=($!)
    network_database & jobs+=($!)
  } >>"$LAB/log/migrate.log" 2>&1
  for job in "${jobs[@]}"; do
    wait "$job" || die_with "$LAB/log/migrate.log" "migrations"
  done
}

make_keys() { # Fernet keys, as `keystone-manage fernet_setup` makes them
  local key
  for key in fernet/0 fernet/1 credential/0 credential/1; do
    mkdir -p "$LAB/keystone/${key%/*}"
    head -c32 /dev/urandom | base64 | tr '+/' '-_' >"$LAB/keystone/$key"
  done
}

manage() { # MODULE ARGUMENTS...: a project's management command
  local module=$1
  shift
  /usr/bin/python3 -c "import sys; from $module import main; sys.exit(main())" "$@"
}

identity_database() {
  /usr/bin/python3 -m openstack_lab.keystone_db
  start_keystone
  await_keystone
  /usr/bin/python3 -m openstack_lab.bootstrap identity
}

compute_image_and_volume_databases() {
  /usr/bin/python3 -m openstack_lab.nova_db
  manage glance.cmd.manage --config-file "$LAB/etc/glance-api.conf" db_sync
  manage cinder.cmd.manage --config-file "$LAB/etc/cinder.conf" db sync
}

network_database() {
  manage neutron.db.migration.cli --config-file "$LAB/etc/neutron.conf" upgrade heads
}

save_databases() {
  rm -rf "$LAB/saved.new"
  mkdir "$LAB/saved.new"
  # shellcheck disable=SC2086  # a list of words
  mariadb-dump -S "$LAB/mysql.sock" -u root --single-transaction --databases $DATABASES \
    >"$LAB/saved.new/db.sql"
  cp -a "$LAB/keystone" "$LAB/glance" "$LAB/demo.pem" "$LAB/saved.new/"
  lab_version >"$LAB/saved.new/version"
  rm -rf "$LAB/saved"
  mv "$LAB/saved.new" "$LAB/saved"
}

restore_databases() {
  cp -a "$LAB/saved/"{keystone,glance,demo.pem} "$LAB/"
  sql <"$LAB/saved/db.sql"
  # The services were last seen up when that was saved: they are not to be taken for dead.
  sql -e 'UPDATE nova.services SET last_seen_up = UTC_TIMESTAMP(), updated_at = UTC_TIMESTAMP();
    UPDATE cinder.services SET updated_at = UTC_TIMESTAMP()'
  start_keystone
}
