# shellcheck shell=bash
# What the lab needs from Debian. Only the python3-* packages hold the services' code. The
# daemon packages (nova-compute and so on) would add libvirt, QEMU, init scripts and debconf
# questions, for five-line entry points and the API pipelines that fetch_pipelines takes out
# of them without installing them. From voms-dev on: what the sign-in by VOMS is tested with.

PACKAGES="python3-keystone python3-glance python3-placement python3-nova python3-neutron
  python3-cinder python3-fixtures python3-openstackclient uwsgi-core uwsgi-plugin-python3
  mariadb-server rabbitmq-server memcached curl voms-dev voms-clients openssl gcc libc6-dev"
PIPELINE_PACKAGES="nova-common neutron-common cinder-common glance-common"

apt() { apt-get -qq -o DPkg::Lock::Timeout=900 -o Dpkg::Use-Pty=0 "$@" 9>&-; }

# A first failure may be due to package lists that are missing or too old.
apt_with_lists() { apt "$@" || { apt update && apt "$@"; }; }

missing_packages() {
  local package
  for package in $PACKAGES; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

install_packages() {
  local missing policy=/usr/sbin/policy-rc.d own_policy='' failed=''
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing: ${missing[*]}"

  if [ ! -e $policy ]; then # keeps the packages' scripts from starting daemons
    own_policy=yes
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
  fi
  # Byte-compiling package by package takes half of the installation. A command that does
  # nothing, found first on dpkg's path, skips it there; byte_compile does it at once.
  mkdir -p "$LAB/no-compile"
  printf '#!/bin/sh\n' >"$LAB/no-compile/py3compile"
  chmod +x "$LAB/no-compile/py3compile"

  DEBIAN_FRONTEND=noninteractive apt_with_lists \
    -o Dpkg::Options::=--force-unsafe-io -o DPkg::Path="$LAB/no-compile:$PATH" \
    install -y --no-install-recommends "${missing[@]}" >"$LAB/log/apt.log" 2>&1 || failed=yes

  rm -rf "$LAB/no-compile"
  [ -z "$own_policy" ] || rm -f $policy
  [ -z "$failed" ] || die_with "$LAB/log/apt.log" "apt-get install"
  say "packages installed"
  byte_compile
}

byte_compile() { # on all cores, less the tests; some packages hold files for other Pythons
  /usr/bin/python3 -m compileall -q -j 0 -x '/tests?/' /usr/lib/python3/dist-packages \
    >"$LAB/log/compile.log" 2>&1 || true
  say "byte-compiled"
}

fetch_pipelines() { # the API pipelines as Debian ships them, into $LAB/paste
  local paste=$LAB/paste unpacked=$LAB/paste/deb/x name
  [ -e "$paste/complete" ] && return
  rm -rf "$paste"
  mkdir -p "$unpacked" "$paste"/{nova,neutron,cinder,glance}
  # shellcheck disable=SC2086  # a list of words
  (cd "$paste/deb" && apt_with_lists download $PIPELINE_PACKAGES) >>"$LAB/log/apt.log" 2>&1 ||
    die_with "$LAB/log/apt.log" "apt-get download"
  for name in $PIPELINE_PACKAGES; do dpkg -x "$paste/deb/$name"_*.deb "$unpacked"; done
  for name in nova neutron cinder; do
    cp "$unpacked/usr/share/$name-common/api-paste.ini" "$paste/$name/"
  done
  cp "$unpacked/usr/share/glance-common/glance-api-paste.ini" "$paste/glance/"
  cp "$unpacked/etc/cinder/resource_filters.json" "$paste/cinder/"
  rm -rf "$paste/deb"
  touch "$paste/complete"
}
