# Sourced by ./test: the real servers and foreign clients that the tests talk to.
install_servers() {
  local missing=()
  command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
  command -v mosquitto_pub >/dev/null 2>&1 || missing+=(mosquitto-clients)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  if [ ${#missing[@]} = 0 ]; then
    return
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need: ${missing[*]}. Install them with your system's package manager and run ./test again." >&2
    exit 1
  fi
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  echo "Installing ${missing[*]} with apt-get."
  "${sudo[@]}" apt-get update -qq
  # Servers are started by the tests themselves, on free ports of 127.0.0.1; none is started by its package.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_node_clients() {
  local folder="$1/tests/Meridian.Fixtures/node"
  [ -f "$folder/package-lock.json" ] || return 0
  if ! command -v npm >/dev/null 2>&1; then
    echo "The tests use MQTT.js as a foreign client and need Node 20 with npm; no 'npm' is on the PATH." >&2
    exit 1
  fi
  if [ ! -d "$folder/node_modules" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules" ]; then
    echo "Installing MQTT.js with npm."
    (cd "$folder" && npm ci --silent --no-audit --no-fund && touch node_modules)
  fi
}
