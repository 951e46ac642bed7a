namespace Meridian.Connectors.Basic.Null;

/// <summary>The settings of the null North: it has none.</summary>
public sealed record NullNorthSettings;
