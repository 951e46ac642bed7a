using System.Runtime.InteropServices;
using Meridian.Engine.History.Coverage;
using Meridian.Sdk.South;

namespace Meridian.Engine.History;

/// <summary>How much of a target window is covered, over some items.</summary>
/// <param name="Target">The window that each item shall cover.</param>
/// <param name="Items">How many items.</param>
/// <param name="Fraction">The covered part of it all, 0 to 1; 1 when there is nothing to cover.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HistoryProgress(HistoryWindow Target, int Items, double Fraction)
{
    /// <summary>Whether every item covers all of the target.</summary>
    public bool IsComplete => Fraction >= 1;

    /// <summary>Measures.</summary>
    public static HistoryProgress Of(IEnumerable<CoverageLedger> ledgers, HistoryWindow target)
    {
        var range = TickRange.Of(target);
        var (items, complete, sum) = (0, 0, 0.0);
        foreach (var ledger in ledgers)
        {
            items++;
            complete += ledger.Contains(range) ? 1 : 0;
            sum += range.IsEmpty ? 1 : (double)ledger.CoveredTicks(range) / range.Length;
        }

        // A sum of fractions may round up to all: what is not complete never says so.
        return new(target, items, complete == items ? 1 : Math.Min(sum / items, Math.BitDecrement(1)));
    }

    /// <summary>Time of the source, over all items, that was covered in each second since an earlier measure.</summary>
    /// <param name="earlier">A measure of the same target and items.</param>
    /// <param name="elapsed">The time since then.</param>
    public TimeSpan RateSince(HistoryProgress earlier, TimeSpan elapsed)
    {
        var covered = (Fraction - earlier.Fraction) * Items * Math.Max(0, TickRange.Of(Target).Length);
        return elapsed > default(TimeSpan) ? TimeSpan.FromTicks((long)(covered / elapsed.TotalSeconds)) : default;
    }

    /// <summary>The time until all is covered, if it goes on as since an earlier measure; null when it does not move.
    /// </summary>
    /// <param name="earlier">A measure of the same target and items.</param>
    /// <param name="elapsed">The time since then.</param>
    public TimeSpan? RemainingSince(HistoryProgress earlier, TimeSpan elapsed)
    {
        var moved = Fraction - earlier.Fraction;
        var seconds = (1 - Fraction) / moved * elapsed.TotalSeconds;
        return IsComplete ? default(TimeSpan)
            : moved > 0 && seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
