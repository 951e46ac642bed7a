namespace Meridian.Engine.Norths;

/// <summary>Limits of a delivery, stated in the Sdk's contract.</summary>
internal static class DeliveryLimits
{
    /// <summary>What a connector may keep with its cursor: <see cref="Sdk.North.DeliveryOutcome.State"/>.</summary>
    public const int MaxConnectorStateBytes = 2048;
}
