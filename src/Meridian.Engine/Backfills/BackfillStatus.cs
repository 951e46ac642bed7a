namespace Meridian.Engine.Backfills;

/// <summary>How a backfill fares.</summary>
/// <param name="Order">What it shall bring.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it does not go on, in words; null when there is nothing to say.</param>
/// <param name="Fraction">How much of the window is answered, over all items: 0 to 1; 1 only when all of it is.</param>
/// <param name="Brought">Readings that it put on disk since the gateway started.</param>
/// <param name="Remaining">How long it takes from now at the pace so far; null when that is not known.</param>
public sealed record BackfillStatus(
    BackfillOrder Order, BackfillState State, string? Reason, double Fraction, long Brought, TimeSpan? Remaining);

/// <summary>Where a backfill stands.</summary>
public enum BackfillState
{
    /// <summary>It goes on, or tries to.</summary>
    Running,

    /// <summary>It was told to wait.</summary>
    Paused,

    /// <summary>All is on disk, on its way to the North.</summary>
    Complete,

    /// <summary>It cannot go on until the configuration is changed.</summary>
    Failed,
}
