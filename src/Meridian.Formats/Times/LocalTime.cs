using Meridian.Sdk.South;

namespace Meridian.Formats.Times;

/// <summary>
/// Local times of a zone and instants. An hour that comes twice counts as the second, so that what is asked for by the
/// instant is found when its instant is over, never when it is long covered; a time that is jumped over counts with the
/// offset from before the jump. Stateless.
/// </summary>
internal static class LocalTime
{
    // No zone has had two changes within a day, and none has jumped further.
    private static readonly TimeSpan Around = TimeSpan.FromDays(1);

    /// <summary>The instant of a local time.</summary>
    /// <returns>False where no instant within the years 1 to 9999 is meant.</returns>
    public static bool TryToInstant(DateTime local, TimeZoneInfo zone, out DateTimeOffset instant)
    {
        var ticks = local.Ticks - OffsetOf(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone).Ticks;
        var isPossible = ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
        instant = isPossible ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return isPossible;
    }

    /// <summary>
    /// Local times between which, the second excluded, everything lies whose instant is in the window. Near a change
    /// of the clock it is more than the window.
    /// </summary>
    public static (DateTime From, DateTime To) BoundsOf(HistoryWindow window, TimeZoneInfo zone)
    {
        var before = zone.GetUtcOffset(Shift(window.Start.UtcDateTime, -Around));
        var after = zone.GetUtcOffset(Shift(window.End.UtcDateTime, Around));
        var start = zone.GetUtcOffset(window.Start.UtcDateTime);
        var end = zone.GetUtcOffset(window.End.UtcDateTime);
        TimeSpan[] offsets = [before, start, end, after];
        return (Local(window.Start, offsets.Min()), Local(window.End, offsets.Max()));
    }

    private static TimeSpan OffsetOf(DateTime local, TimeZoneInfo zone) =>
        zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Min()
        : zone.IsInvalidTime(local) ? zone.GetUtcOffset(Shift(local, -Around))
        : zone.GetUtcOffset(local);

    private static DateTime Local(DateTimeOffset instant, TimeSpan offset) =>
        Shift(DateTime.SpecifyKind(instant.UtcDateTime, DateTimeKind.Unspecified), offset);

    private static DateTime Shift(DateTime time, TimeSpan by) => new(
        Math.Clamp(time.Ticks + by.Ticks, 0, DateTime.MaxValue.Ticks), time.Kind);
}
