using Meridian.Engine.History.Answers;
using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Planning;
using Meridian.Engine.History.Seen;
using Meridian.Sdk.South;

namespace Meridian.Engine.History;

/// <summary>
/// Where the history of one item stands: what the journal stores with its readings, and all that the next plan needs.
/// Immutable; <see cref="HistoryPlanner"/> and <see cref="HistoryAnswer"/> give new ones.
/// <para>
/// Covered time was answered when nothing could come late any more; it is never asked again. Time that was answered too
/// early for that is simply not covered, so it is asked again, and <see cref="Seen"/> knows what it gave.
/// </para>
/// </summary>
internal sealed record ItemHistory
{
    /// <summary>
    /// When a clock turns out to have been ahead, how much of what was found empty before now is asked again: 2 days,
    /// the longest for which a clock is thought to be wrong by more than the tolerance.
    /// </summary>
    private const long SuspectTicks = 2 * TimeSpan.TicksPerDay;

    /// <summary>The item, with its settings of now; not stored.</summary>
    public required Item Item { get; init; }

    /// <summary>What is answered for good.</summary>
    public CoverageLedger Coverage { get; init; } = CoverageLedger.Empty;

    /// <summary>What was carried on of the time that is not covered.</summary>
    public SeenReadings Seen { get; init; } = SeenReadings.Empty;

    /// <summary>Where the first run began, for settings without an absolute start; null before it.</summary>
    public long? From { get; init; }

    /// <summary>The latest source timestamp carried on: the source's own clock had come that far.</summary>
    public long? Newest { get; init; }

    /// <summary>How far it was ever asked and answered; null when that means nothing, as after a jump of the clock.
    /// </summary>
    public long? AskedTo { get; init; }

    /// <summary>
    /// Asks a window again, for a repair or a replay. What it had given comes again, too, unless it is still in
    /// <see cref="Seen"/>.
    /// </summary>
    public ItemHistory Reopen(HistoryWindow window) =>
        this with { Coverage = Coverage.Reopen(window), AskedTo = null };

    /// <summary>
    /// Looks at the clock. A horizon before what was asked says that the clock was ahead then, or that it is behind
    /// now. It is behind when the source has given a reading of a later time: nothing changes. Else it was ahead. Up to
    /// the tolerance nothing was covered too early by that. Beyond it, what was covered and empty is asked again: all
    /// that lies behind the newest reading, so nothing comes twice, and at most two days before now.
    /// </summary>
    /// <param name="horizon">Up to when the source is complete by this clock.</param>
    /// <param name="newest">The newest reading of the items planned together.</param>
    /// <param name="tolerance">By how much the clock may be ahead.</param>
    public ItemHistory At(long horizon, long? newest, long tolerance)
    {
        if (AskedTo is not { } askedTo || askedTo <= horizon || newest > horizon + tolerance)
        {
            return this;
        }

        var suspect = new TickRange(Math.Max((Newest ?? -1) + 1, horizon - SuspectTicks), DateTime.MaxValue.Ticks);
        return this with
        {
            AskedTo = null,
            Coverage = askedTo - horizon > tolerance ? Coverage.Reopen(suspect) : Coverage,
        };
    }
}
