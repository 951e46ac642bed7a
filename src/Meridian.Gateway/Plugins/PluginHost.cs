using Meridian.Sdk;

namespace Meridian.Gateway.Plugins;

/// <summary>What this gateway has to offer to a plug-in.</summary>
/// <param name="Sdk">The version of its Meridian.Sdk.</param>
/// <param name="Runtime">The version of .NET that it runs on.</param>
internal sealed record PluginHost(Version Sdk, Version Runtime)
{
    /// <summary>This process.</summary>
    public static PluginHost Current { get; } = new(
        typeof(IConnectorPlugin).Assembly.GetName().Version ?? new Version(0, 0), Environment.Version);
}
