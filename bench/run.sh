#!/usr/bin/env bash
# Builds the gateway and the benchmarks in Release and runs a benchmark; without arguments it lists them.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=../eng/sdk.sh
source "$root/eng/sdk.sh"
require_sdk "$root"
for project in src/Meridian.Gateway bench/Meridian.Benchmarks; do
  dotnet build "$root/$project" -c Release --nologo -v quiet
done
exec dotnet "$root/artifacts/bin/Meridian.Benchmarks/release/Meridian.Benchmarks.dll" "$@"
