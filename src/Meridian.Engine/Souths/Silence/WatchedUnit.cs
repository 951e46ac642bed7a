using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Souths.Queries;
using Meridian.Engine.Supervision;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Silence;

/// <summary>
/// One unit of a South that is expected to speak: what is asked for together, or the subscribed items of one group. It
/// goes by the clock that nobody sets, or by the ticks of its schedule, where that has hours.
/// </summary>
internal sealed class WatchedUnit
{
    /// <summary>How many intervals of silence degrade it.</summary>
    private const int Patience = 2;

    /// <summary>
    /// A period shorter than this is watched as if it were this: no source is connected anew in less.
    /// </summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long one question may take before the connection is taken from it.</summary>
    private static readonly TimeSpan PointPatience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The same for the past and for files, whose questions are larger, since their last sign of life.
    /// </summary>
    private static readonly TimeSpan BulkPatience = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly SilenceWatch _watch;
    private readonly long? _interval;
    private long _ticks;
    private long _heardAt = long.MinValue;
    private long _busySince = long.MinValue;
    private int _busy;
    private long _listeningSince;
    private long _listeningTicks;
    private long _silentSince;

    private WatchedUnit(UnitKey key, TimeSpan? interval, bool needsData, TimeProvider time)
    {
        _time = time;
        Key = key;
        Interval = interval;
        NeedsData = needsData;
        _interval = interval is { } length ? (long)(length.TotalSeconds * time.TimestampFrequency) : null;
        _watch = new SilenceWatch(_interval ?? 1, Patience);
    }

    public UnitKey Key { get; }

    /// <summary>Within what it is expected to speak; null for the ticks of its schedule.</summary>
    public TimeSpan? Interval { get; }

    /// <summary>Whether an answer without data is as good as none.</summary>
    public bool NeedsData { get; }

    /// <summary>The items that are watched.</summary>
    public IReadOnlyList<Item> Items { get; private set; } = [];

    public bool IsSilent => _watch.IsSilent;

    /// <summary>What is to be said of it, as of its last step.</summary>
    public string Words { get; private set; } = string.Empty;

    /// <summary>The next step, on the clock that nobody sets; null where ticks decide.</summary>
    public long? Due => _interval is null ? null : _watch.Due;

    /// <summary>Makes the watch of a unit.</summary>
    /// <param name="key">The unit.</param>
    /// <param name="items">All its items.</param>
    /// <param name="known">The watch there was; goes on where it means the same.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The watch; null where the unit may be quiet.</returns>
    public static WatchedUnit? Of(
        UnitKey key, IReadOnlyList<ItemConfig> items, WatchedUnit? known, TimeProvider time)
    {
        var expecting = items.Where(static item => item.ExpectEvery is not null).ToArray();
        var isAsked = key.Capability != SouthCapabilities.Subscription;
        if (expecting.Length == 0 && !isAsked)
        {
            return null;
        }

        var interval = expecting.Length > 0
            ? expecting.Min(static item => item.ExpectEvery)
            : (key.Schedule as PeriodSchedule)?.Period;
        interval = interval < MinInterval ? MinInterval : interval;
        var needsData = expecting.Length > 0 || key.Capability == SouthCapabilities.LastPoint;
        var unit = known is not null && known.Interval == interval && known.NeedsData == needsData
            ? known
            : new WatchedUnit(key, interval, needsData, time);
        unit.Items = [.. (expecting.Length > 0 ? expecting : items).Select(static item => item.Item)];
        return unit;
    }

    /// <summary>Its schedule ticked, whether or not anybody was free to ask.</summary>
    public void Tick() => Interlocked.Increment(ref _ticks);

    /// <summary>It is asked.</summary>
    public void Begin()
    {
        _ = Interlocked.Increment(ref _busy);
        Volatile.Write(ref _busySince, _time.GetTimestamp());
    }

    /// <summary>It is no longer asked, whatever came of it.</summary>
    public void End() => Interlocked.Decrement(ref _busy);

    /// <summary>It has given a sign of life, which need not be what is expected of it.</summary>
    public void Stir() => Volatile.Write(ref _busySince, _time.GetTimestamp());

    /// <summary>It has spoken.</summary>
    /// <returns>Whether it was silent before.</returns>
    public bool Hear()
    {
        var now = _time.GetTimestamp();
        Volatile.Write(ref _heardAt, now);
        Volatile.Write(ref _busySince, now);
        _watch.Hear(_interval is null ? Interlocked.Read(ref _ticks) : now);
        return _watch.IsSilent;
    }

    /// <summary>Takes the step that is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="listeningSince">Since when it could have been heard.</param>
    public SilenceStep Look(long now, long listeningSince)
    {
        if (listeningSince != _listeningSince)
        {
            _listeningSince = listeningSince;
            _listeningTicks = Interlocked.Read(ref _ticks);
        }

        var patience = Key.Capability == SouthCapabilities.LastPoint ? PointPatience : BulkPatience;
        var mayReconnect = Volatile.Read(ref _busy) == 0
            || _time.GetElapsedTime(Volatile.Read(ref _busySince), now) >= patience;
        var step = _interval is null
            ? _watch.Look(Interlocked.Read(ref _ticks), _listeningTicks, mayReconnect)
            : _watch.Look(now, listeningSince, mayReconnect);
        if (step is SilenceStep.Degrade or SilenceStep.Reconnect)
        {
            _silentSince = step == SilenceStep.Degrade
                ? Math.Max(Volatile.Read(ref _heardAt), listeningSince)
                : _silentSince;
            Words = SilenceWords.Of(this, _time.GetElapsedTime(_silentSince, now));
        }

        return step;
    }
}
