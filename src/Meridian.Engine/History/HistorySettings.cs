using System.Globalization;
using Meridian.Configuration;

namespace Meridian.Engine.History;

/// <summary>How the past is asked for.</summary>
internal sealed record HistorySettings
{
    /// <summary>Where history begins. When it is moved back, the time before is asked for, too.</summary>
    /// <value>Default: none, so that <see cref="StartAge"/> counts.</value>
    public DateTimeOffset? Start { get; init; }

    /// <summary>How far before its first run an item's history begins, without <see cref="Start"/>.</summary>
    /// <value>Default: <see cref="MaxInterval"/>, or 1 h without one.</value>
    public TimeSpan? StartAge { get; init; }

    /// <summary>Where history ends, for a backfill.</summary>
    /// <value>Default: none, it goes on.</value>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How far behind now the source is complete, but for what <see cref="Overlap"/> allows.</summary>
    /// <value>Default: 0 s.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>The longest window of one query; 0 for no limit.</summary>
    /// <value>Default: 1 h.</value>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How late behind <see cref="Delay"/> a reading may come to the source, or be corrected there. Within that time a
    /// window is asked again, and what it gave already is removed. What comes later than this may be missed.
    /// </summary>
    /// <value>Default: 0 s.</value>
    public TimeSpan Overlap { get; init; }

    /// <summary>The pause between two queries of one recovery.</summary>
    /// <value>Default: 200 ms.</value>
    public TimeSpan ReadDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The order of recovery.</summary>
    /// <value>Default: the oldest first.</value>
    public HistoryRecovery Recovery { get; init; }

    /// <summary>
    /// By how much the clock here may be ahead of the source's, however long, seen or unseen, so that nothing is lost.
    /// Within that time before now nothing is covered by this clock's word alone, only by that of the source: a reading
    /// of that time shows that it has come. Items planned together that have all been silent for longer cost one more
    /// query in that time; when the clock is ahead by more than <see cref="Overlap"/>, what they say then comes with
    /// that query. With 0 the clock is believed.
    /// </summary>
    /// <value>Default: 1 h, what a wrong time zone is worth.</value>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far before its first run an item's history begins.</summary>
    public TimeSpan FirstAge => StartAge ?? (MaxInterval > default(TimeSpan) ? MaxInterval : TimeSpan.FromHours(1));

    /// <summary>The settings of a South.</summary>
    public static HistorySettings From(HistoryConfig config) => new()
    {
        Start = config.Start,
        Delay = config.Delay,
        MaxInterval = config.MaxInterval,
        Overlap = config.Overlap,
        ReadDelay = config.ReadDelay,
        Recovery = config.Recovery,
        ClockTolerance = config.ClockTolerance,
    };

    /// <summary>What cannot work, each as a sentence.</summary>
    public IEnumerable<string> Problems()
    {
        var year = TimeSpan.FromDays(366);
        (string Name, TimeSpan Value, TimeSpan Limit)[] spans =
        [
            (nameof(StartAge), FirstAge, 100 * year),
            (nameof(Delay), Delay, year),
            (nameof(MaxInterval), MaxInterval, year),
            (nameof(Overlap), Overlap, year),
            (nameof(ReadDelay), ReadDelay, TimeSpan.FromHours(1)),
            (nameof(ClockTolerance), ClockTolerance, TimeSpan.FromDays(31)),
        ];
        foreach (var (name, value, limit) in spans)
        {
            if (value >= default(TimeSpan) && value <= limit)
            {
                continue;
            }

            yield return string.Create(
                CultureInfo.InvariantCulture, $"'{name}' of the history is {value}; it must be within 0 and {limit}.");
        }

        if (MaxInterval > default(TimeSpan) && MaxInterval < TimeSpan.FromSeconds(1))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"'{nameof(MaxInterval)}' of the history is {MaxInterval}; use 0, for no limit, or at least 1 s.");
        }

        if (Start is { } start && Until is { } until && until <= start)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The history ends at {until:O}, which is not after its start at {start:O}; exchange them.");
        }
    }
}
