using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Basic.Null;

/// <summary>What the null North is.</summary>
public static class NullNorthManifest
{
    /// <summary>The manifest.</summary>
    public static NorthManifest Manifest { get; } = new()
    {
        Id = "null",
        Name = "Null",
        Description = "Takes every reading, counts it and keeps nothing; for trials and measurements.",
        Category = ConnectorCategory.Tool,
        ConnectorType = typeof(NullNorth),
        SettingsType = typeof(NullNorthSettings),
        Guarantee = DeliveryGuarantee.None,
        MaxParallelSends = 32,
        Create = (context, _) => new NullNorth(context),
    };
}
