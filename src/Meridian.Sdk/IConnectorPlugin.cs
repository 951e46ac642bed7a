namespace Meridian.Sdk;

/// <summary>
/// What the assembly of another author brings. The gateway looks for one public class of this in
/// <c>plugins/NAME/NAME.dll</c>, with a public constructor without parameters.
/// </summary>
/// <remarks>
/// Made once, when the gateway starts or a configuration is checked, on one thread. Constructor and property touch
/// neither network nor disk. The Sdk that the assembly was built with has the gateway's major version and no newer
/// minor.
/// </remarks>
public interface IConnectorPlugin
{
    /// <summary>
    /// The kinds of connectors, at least one. An id is unique per side among all that the gateway has; one manifest
    /// that cannot be used leaves the whole plug-in out.
    /// </summary>
    IReadOnlyList<ConnectorManifest> Connectors { get; }
}
