using Meridian.Engine.Backfills;

namespace Meridian.Gateway.Control;

/// <summary>A backfill at a glance.</summary>
internal sealed record BackfillBody(
    BackfillOrder Order, BackfillState State, string? Reason, double Fraction, long Brought, double? RemainingSeconds)
{
    public static BackfillBody Of(BackfillStatus status) => new(
        status.Order,
        status.State,
        status.Reason,
        status.Fraction,
        status.Brought,
        status.Remaining?.TotalSeconds);
}
