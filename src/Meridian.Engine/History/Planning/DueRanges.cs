using Meridian.Engine.History.Coverage;

namespace Meridian.Engine.History.Planning;

/// <summary>
/// Which ranges of an item are asked now: what its ledger misses, up to the horizon.
/// <para>
/// One exception keeps the window of a silent group short. While nothing new comes, the time behind the newest reading
/// cannot be covered until the clock alone proves it, and was found empty before. It is not asked at every tick but
/// once, when it can be covered, in stretches worth a query; meanwhile only what is new is asked, and the overlap.
/// </para>
/// </summary>
internal static class DueRanges
{
    /// <summary>The ranges, ascending, none empty.</summary>
    public static List<TickRange> Of(ItemHistory history, HistoryLook look, HistorySettings settings)
    {
        var start = settings.Start?.UtcTicks ?? history.From ?? look.Horizon;
        var end = Math.Min(look.Horizon, settings.Until?.UtcTicks ?? long.MaxValue);
        var due = history.Coverage.Missing(new TickRange(start, end));
        if (due.Count == 0 || due[^1].End < look.Horizon || look.IsLively || history.AskedTo is not { } askedTo)
        {
            return due;
        }

        var last = due[^1];
        var fresh = Math.Max(last.Start, Math.Min(askedTo, look.Horizon - settings.Overlap.Ticks));
        if (look.Settled >= fresh)
        {
            return due;
        }

        due.RemoveAt(due.Count - 1);
        if (look.Settled - last.Start >= Stretch(settings))
        {
            due.Add(last with { End = look.Settled });
        }

        if (fresh < last.End)
        {
            due.Add(last with { Start = fresh });
        }

        return due;
    }

    private static long Stretch(HistorySettings settings)
    {
        var stretch = settings.MaxInterval > default(TimeSpan) && settings.MaxInterval < settings.ClockTolerance
            ? settings.MaxInterval
            : settings.ClockTolerance;
        return Math.Max(1, stretch.Ticks);
    }
}
