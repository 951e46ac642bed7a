namespace Meridian.Engine.Norths;

/// <summary>What one North's watch has counted since the gateway started.</summary>
/// <param name="Stalls">How often a delivery had no outcome for too long.</param>
/// <param name="Reconnected">How often the North was connected anew for that.</param>
public sealed record NorthCounters(long Stalls, long Reconnected);
