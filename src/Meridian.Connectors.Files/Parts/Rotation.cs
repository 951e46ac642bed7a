namespace Meridian.Connectors.Files.Parts;

/// <summary>When a file ends. Immutable.</summary>
internal sealed class Rotation(ReadingFilesSettings settings)
{
    private readonly long _maxBytes = settings.MaxFileSize.Bytes;
    private readonly TimeSpan _maxAge = settings.MaxFileAge;

    private readonly TimeSpan? _period = settings.Period switch
    {
        FilesPeriod.Minute => TimeSpan.FromMinutes(1),
        FilesPeriod.QuarterHour => TimeSpan.FromMinutes(15),
        FilesPeriod.Hour => TimeSpan.FromHours(1),
        FilesPeriod.Day => TimeSpan.FromDays(1),
        _ => null,
    };

    public bool IsFull(long bytes) => bytes > _maxBytes;

    /// <summary>Whether its time is over. A clock that was put back ends a period too: it is another one.</summary>
    public bool IsDue(DateTimeOffset begun, DateTimeOffset now) => _period is { } period
        ? begun.UtcTicks / period.Ticks != now.UtcTicks / period.Ticks
        : now - begun >= _maxAge;
}
