using System.Runtime.InteropServices;

namespace Meridian.Engine.History.Planning;

/// <summary>
/// What is known of the time when a plan is made, and so of when an answer to it can be final. In ticks, UTC.
/// <para>
/// An instant is covered only by an answer that was given when nothing of it could come late any more: the source's
/// time had passed it by <paramref name="Lateness"/>. That its time had come to some point follows from the clock here
/// less what it may be ahead, or from a reading: the source cannot have one of a time that has not come. All of this is
/// taken before the question is asked, but for the readings in the very page, which is one look at the source.
/// </para>
/// </summary>
/// <param name="Horizon">Now less the delay: nothing behind it is asked.</param>
/// <param name="Settled">What is asked from now on and lies before this is final.</param>
/// <param name="Lateness">Delay and overlap: how late something may come to the source.</param>
/// <param name="IsLively">Whether a reading is newer than what the clock alone proves.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HistoryLook(long Horizon, long Settled, long Lateness, bool IsLively)
{
    /// <summary>Looks at a clock and at the newest reading of the items asked together.</summary>
    public static HistoryLook At(DateTimeOffset now, long? newest, HistorySettings settings)
    {
        var horizon = Math.Max(0, now.UtcTicks - settings.Delay.Ticks);
        var trusted = horizon - settings.ClockTolerance.Ticks;
        var look = new HistoryLook(
            horizon,
            trusted - settings.Overlap.Ticks,
            settings.Delay.Ticks + settings.Overlap.Ticks,
            IsLively: newest >= trusted);
        return look with { Settled = look.SettledBy(newest) };
    }

    /// <summary>What is final when the source has shown a reading of this time.</summary>
    public long SettledBy(long? newest) =>
        newest is { } reading ? Math.Max(Settled, Math.Min(Horizon, reading) - Lateness) : Settled;
}
