#!/usr/bin/env bash
# Builds what a benchmark needs in Release and runs it; without arguments it lists them.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=../eng/sdk.sh
source "$root/eng/sdk.sh"
require_sdk "$root"
# shellcheck source=../eng/servers.sh
source "$root/eng/servers.sh"
projects=(bench/Meridian.Benchmarks)
case "${1:-}" in
  gateway | fleet) projects+=(src/Meridian.Gateway) ;;
  clients)
    # What is still missing then is said in the result; the others are measured all the same.
    install_contestants
    contestant="$root/bench/Meridian.Benchmarks/Clients/Contestants/libmosquitto.c"
    mkdir -p "$root/artifacts/bench"
    rm -f "$root/artifacts/bench/libmosquitto"
    if command -v gcc >/dev/null 2>&1 && [ -f /usr/include/mosquitto.h ]; then
      gcc -O2 -Wall -Wextra -o "$root/artifacts/bench/libmosquitto" "$contestant" -lmosquitto -pthread
    fi
    if command -v npm >/dev/null 2>&1; then
      install_node_clients "$root"
    fi
    ;;
esac
for project in "${projects[@]}"; do
  dotnet build "$root/$project" -c Release --nologo -v quiet
done
exec dotnet "$root/artifacts/bin/Meridian.Benchmarks/release/Meridian.Benchmarks.dll" "$@"
