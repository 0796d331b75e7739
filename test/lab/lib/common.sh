# shellcheck shell=bash
# What every script of the lab shares: where its state is, how it speaks, what it demands.

export LAB=${LAB:-/tmp/openstack-lab}
STARTED_AT=$(date +%s%N)

say() { # TEXT...: progress, with the seconds since the script began
  local ms=$((($(date +%s%N) - STARTED_AT) / 1000000))
  printf '[%3d.%d s] %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$*" >&2
}

die() { # TEXT...
  say "FAILED: $*"
  exit 1
}

die_with() { # LOGFILE TEXT...: the log's end first
  local log=$1
  shift
  tail -n 30 "$log" >&2
  die "$@"
}

require_machine() {
  local system
  system=$(. /etc/os-release 2>/dev/null && echo "$ID ${VERSION_CODENAME:-}") || true
  [ "$system" = "debian bookworm" ] || die "the lab needs Debian 12 (bookworm), this is ${system:-unknown}"
  [ "$(id -u)" = 0 ] || die "the lab needs root: it installs packages and starts daemons"
}

require_state_directory() {
  [[ $LAB =~ ^/[A-Za-z0-9._/-]+$ ]] || die "LAB must be an absolute path of plain characters"
  if [ -e "$LAB" ] && [ ! -e "$LAB/.openstack-lab" ] && [ -n "$(ls -A "$LAB")" ]; then
    die "$LAB exists and is not a lab"
  fi
}

# The caller's Python and OpenStack settings (another Python first on PATH,
# PYTHONDONTWRITEBYTECODE, OS_*) must not reach the services.
clean_environment() {
  local variable
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=$LAB PYTHONPATH=$LAB/py
  unset PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED PYTHONHOME
  for variable in ${!OS_*}; do unset "$variable"; done
}

# Needed to fetch packages, but no service may ask a proxy for 127.0.0.1.
forget_proxies() { unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; }
