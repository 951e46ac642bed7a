using Meridian.Sdk;

namespace Meridian.Gateway.Plugins;

/// <summary>An assembly of another author that fits and is loaded.</summary>
/// <param name="Name">Its name: that of its folder and its assembly.</param>
/// <param name="Version">Its own version.</param>
/// <param name="Connectors">The kinds of connectors it brings, at least one.</param>
internal sealed record Plugin(string Name, string Version, IReadOnlyList<ConnectorManifest> Connectors)
{
    /// <summary>Such as <c>Acme 1.2.0 (South 'clock', North 'diary')</c>.</summary>
    public override string ToString() => $"{Name} {Version} ({string.Join(", ", Connectors.Select(NameOf))})";

    /// <summary>Such as <c>South 'clock'</c>.</summary>
    public static string NameOf(ConnectorManifest connector) =>
        $"{(connector is SouthManifest ? "South" : "North")} '{connector.Id}'";
}
