# Sourced by ./test and bench/run.sh: the real servers and foreign clients that the tests talk to.
install_servers() {
  local missing=()
  command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
  command -v mosquitto_pub >/dev/null 2>&1 || missing+=(mosquitto-clients)
  [ -x /usr/sbin/ejabberdctl ] || missing+=(ejabberd)
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  command -v nats-server >/dev/null 2>&1 || [ -x /usr/sbin/nats-server ] || missing+=(nats-server)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  [ -x /usr/bin/influxd ] || missing+=(influxdb)
  # The system's own python: another one on the PATH would not see the package.
  /usr/bin/python3 -c 'import pymodbus' 2>/dev/null || missing+=(python3-pymodbus)
  if [ ${#missing[@]} = 0 ]; then
    return
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need: ${missing[*]}. Install them with your system's package manager and run ./test again." >&2
    exit 1
  fi
  install_packages "${missing[@]}"
}

# Called by bench/run.sh alone: what the rival in C is built from. Without it the other clients are measured all the
# same, so a machine that cannot install it is told and goes on.
install_contestants() {
  local missing=()
  command -v gcc >/dev/null 2>&1 || missing+=(gcc libc6-dev)
  [ -f /usr/include/mosquitto.h ] || missing+=(libmosquitto-dev)
  if [ ${#missing[@]} = 0 ]; then
    return
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "libmosquitto is not measured: install gcc and libmosquitto's headers with your package manager." >&2
    return
  fi
  install_packages "${missing[@]}" || echo "libmosquitto is not measured: apt-get could not install ${missing[*]}." >&2
}

install_packages() {
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  echo "Installing $* with apt-get."
  "${sudo[@]}" apt-get update -qq
  install_quietly "$@"
}

# The tests start the servers themselves, on free ports of 127.0.0.1 and with folders of their own. A package must start
# none: while it is installed a policy forbids it (unless this machine has a policy of its own), and where systemd would
# start it at the next boot, its service is disabled.
install_quietly() {
  local policy=/usr/sbin/policy-rc.d ours=""
  if [ ! -e "$policy" ]; then
    ours=1
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod 755 "$policy"
  fi
  local status=0
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null || status=$?
  [ -z "$ours" ] || "${sudo[@]}" rm -f "$policy"
  if [ -d /run/systemd/system ]; then
    local package
    for package in "$@"; do
      "${sudo[@]}" systemctl disable --quiet "$package" 2>/dev/null || true
    done
  fi
  return "$status"
}

# The versions are pinned in package.json, and with all that they need in package-lock.json (docs/decisions/0004).
install_node_clients() {
  local folder="$1/tests/Meridian.Fixtures/node"
  [ -f "$folder/package-lock.json" ] || return 0
  if ! command -v npm >/dev/null 2>&1; then
    echo "The tests use MQTT.js, aedes, modbus-serial, s3rver, DuckDB and hyparquet and need Node 20 with npm; no 'npm' is on the PATH." >&2
    exit 1
  fi
  if [ ! -d "$folder/node_modules" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules" ]; then
    echo "Installing MQTT.js, aedes, modbus-serial, s3rver, DuckDB and hyparquet with npm."
    (cd "$folder" && npm ci --silent --no-audit --no-fund && touch node_modules)
  fi
}
