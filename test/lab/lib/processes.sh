# shellcheck shell=bash
# The lab's processes. Each runs in a session of its own, so that its process group holds its
# workers too; $LAB/run/NAME holds "pid starttime". The start time tells the process from a
# later one that was given the same pid.

SERVICES="memcached epmd rabbitmq mariadb keystone placement glance-api neutron-server
  nova-conductor nova-api nova-scheduler nova-compute cinder-api cinder-scheduler cinder-volume"
# All below 32768, from where the system takes the ports of outgoing connections.
PORTS="5000 5672 8774 8776 8778 9292 9696 11211 25672 25673"

# A process's start time; nothing for a dead one, or a zombie that nobody has waited for.
start_time() { # PID
  local line fields
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
  read -ra fields <<<"${line##*) }" # from the state on: the command's name may hold spaces
  [ "${fields[0]}" = Z ] || echo "${fields[19]}"
}

is_process() { # PID STARTTIME
  [ -n "$2" ] && [ "$(start_time "$1")" = "$2" ]
}

spawn() { # NAME COMMAND...: descriptor 9 is the lock on $LAB, not for a child to keep
  local name=$1
  shift
  setsid "$@" >>"$LAB/log/$name.log" 2>&1 </dev/null 9>&- &
  echo "$! $(start_time $!)" >"$LAB/run/$name"
}

alive() { # NAME
  local pid start
  read -r pid start 2>/dev/null <"$LAB/run/$1" && is_process "$pid" "$start"
}

lab_is_up() {
  local service
  for service in $SERVICES; do alive "$service" || return 1; done
}

listening() { # PORT
  (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

require_free_ports() {
  local port
  for port in $PORTS; do
    ! listening "$port" || die "port $port is taken by another process"
  done
}

await() { # NAME SECONDS COMMAND...: until COMMAND succeeds, NAME dies or time runs out
  local name=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    alive "$name" || die_with "$LAB/log/$name.log" "$name died"
    [ $SECONDS -lt $end ] || die_with "$LAB/log/$name.log" "$name is not ready"
    sleep 0.1
  done
}

# Sends SIGTERM and after 3 s SIGKILL: no state is kept that a clean end would save.
stop_all() {
  local file pid start process end stopped=() left=()
  for file in "$LAB"/run/*; do
    read -r pid start 2>/dev/null <"$file" || continue
    is_process "$pid" "$start" && kill -TERM -- "-$pid" 2>/dev/null && stopped+=("$pid $start")
    rm -f "$file"
  done
  end=$((SECONDS + 3))
  left=("${stopped[@]}")
  while [ ${#left[@]} -gt 0 ] && [ $SECONDS -lt $end ]; do
    sleep 0.1
    for process in "${!left[@]}"; do
      read -r pid start <<<"${left[process]}"
      is_process "$pid" "$start" || unset "left[process]"
    done
  done
  for process in "${left[@]}"; do kill -KILL -- "-${process% *}" 2>/dev/null || true; done
  say "stopped ${#stopped[@]} processes"
}
