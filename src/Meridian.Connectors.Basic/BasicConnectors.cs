using Meridian.Connectors.Basic.Box;
using Meridian.Connectors.Basic.Console;
using Meridian.Connectors.Basic.Intake;
using Meridian.Connectors.Basic.Null;
using Meridian.Sdk;

namespace Meridian.Connectors.Basic;

/// <summary>The connectors that need nothing but this machine.</summary>
public static class BasicConnectors
{
    /// <summary>All of them, for the host to register.</summary>
    public static IReadOnlyList<ConnectorManifest> Manifests { get; } =
    [
        BoxManifest.Create(),
        ConsoleNorthManifest.Create(),
        NullNorthManifest.Manifest,
        IntakeManifest.Manifest,
    ];
}
