# shellcheck shell=bash
# MariaDB rather than SQLite: Neutron's migrations need ALTER of constraints, and two
# Keystone workers lock each other out of an SQLite file.

start_mariadb() {
  mariadb-install-db --no-defaults --user=root --datadir="$LAB/mysql" --skip-test-db \
    --skip-name-resolve --auth-root-authentication-method=normal --innodb-log-file-size=32M \
    --innodb-file-per-table=0 >"$LAB/log/mysql-install.log" 2>&1 ||
    die_with "$LAB/log/mysql-install.log" "mariadb-install-db"
  spawn mariadb mariadbd --defaults-file="$LAB/etc/my.cnf"
  await mariadb 30 sql -e 'SELECT 1'
}

sql() { mariadb -S "$LAB/mysql.sock" -u root "$@"; }
