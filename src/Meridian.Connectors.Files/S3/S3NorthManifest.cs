using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Files.S3;

/// <summary>What the S3 North is.</summary>
public static class S3NorthManifest
{
    /// <summary>The manifest.</summary>
    public static NorthManifest Manifest { get; } = new()
    {
        Id = "s3",
        Name = "S3",
        Description = "Stores readings as CSV, NDJSON or Parquet files in an S3 bucket, and files as they are.",
        Category = ConnectorCategory.File,
        ConnectorType = typeof(S3North),
        SettingsType = typeof(S3NorthSettings),
        Guarantee = DeliveryGuarantee.EffectivelyOnce,
        Create = static (context, settings) => new S3North(context, (S3NorthSettings)settings),
        Check = static settings => S3Check.Find((S3NorthSettings)settings),
    };
}
