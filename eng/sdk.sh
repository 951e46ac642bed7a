# Sourced by the scripts at the root: is the .NET SDK that global.json asks for there?
require_sdk() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "Meridian needs the .NET 10 SDK, and no 'dotnet' is on the PATH." >&2
    echo "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and try again." >&2
    exit 1
  fi
  if ! (cd "$1" && dotnet --version >/dev/null 2>&1); then
    echo "Meridian needs the .NET 10 SDK (10.0.100 or later); installed are:" >&2
    dotnet --list-sdks >&2 || true
    echo "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and try again." >&2
    exit 1
  fi
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
}
