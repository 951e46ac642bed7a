using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Souths.Queries;
using Meridian.Engine.Supervision;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Silence;

/// <summary>
/// Hears what a South says and notices what it does not. Outlives connections: a silence goes on until something comes.
/// Heard by any thread, looked at by the South's serving loop.
/// </summary>
internal sealed class SouthSilence(TimeProvider time)
{
    /// <summary>
    /// How often something silent is looked at, and what goes by ticks: a step is late by this at most.
    /// </summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<UnitKey, WatchedUnit> _units = [];
    private volatile Heard _heard = new([]);
    private TaskCompletionSource _wake = NewWake();
    private long _silences;
    private long _resubscribed;
    private long _reconnected;

    /// <summary>How often something fell silent.</summary>
    public long Silences => Interlocked.Read(ref _silences);

    /// <summary>How often items were subscribed to again for that.</summary>
    public long Resubscribed => Interlocked.Read(ref _resubscribed);

    /// <summary>How often the South was connected anew for that.</summary>
    public long Reconnected => Interlocked.Read(ref _reconnected);

    /// <summary>Watches these items in place of those before; what goes on keeps its silence.</summary>
    public void Apply(IReadOnlyList<ItemConfig> items)
    {
        var wanted = items.Where(static item => item.Enabled).GroupBy(UnitKey.Of).ToArray();
        lock (_units)
        {
            var known = new Dictionary<UnitKey, WatchedUnit>(_units);
            _units.Clear();
            foreach (var group in wanted)
            {
                if (WatchedUnit.Of(group.Key, [.. group], known.GetValueOrDefault(group.Key), time) is { } unit)
                {
                    _units.Add(group.Key, unit);
                }
            }

            _heard = new Heard(_units.Values);
        }

        Wake();
    }

    /// <summary>The watch of a unit; null where it may be quiet.</summary>
    public WatchedUnit? Find(UnitKey key)
    {
        lock (_units)
        {
            return _units.GetValueOrDefault(key);
        }
    }

    /// <summary>A subscription gave something.</summary>
    public void Hear(Content content)
    {
        var heard = _heard;
        if (heard.HasSubscribed)
        {
            Hear(heard, content);
        }
    }

    /// <summary>An item that was asked about gave data, or is about to.</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="count">How many; 0 for a sign of life.</param>
    public void Hear(string item, int count)
    {
        if (_heard.ByItem.TryGetValue(item, out var unit))
        {
            if (count > 0 || !unit.NeedsData)
            {
                Hear(unit);
            }
            else
            {
                unit.Stir();
            }
        }
    }

    /// <summary>Something watched has spoken.</summary>
    public void Hear(WatchedUnit? unit)
    {
        if (unit?.Hear() == true)
        {
            Wake();
        }
    }

    /// <summary>Waits until it is time for <see cref="Look"/>, or something that was silent has spoken.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var wake = Volatile.Read(ref _wake).Task;
        await wake.WaitAsync(Delay(), time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Takes the steps that are due.</summary>
    /// <param name="listeningSince">
    /// Since when whatever comes is heard: the connection stands and the disk takes what it gives.
    /// </param>
    public SilenceFindings Look(long listeningSince)
    {
        // What comes from here on wakes the next wait.
        Volatile.Write(ref _wake, NewWake());
        var now = time.GetTimestamp();
        var findings = new SilenceFindings();
        lock (_units)
        {
            foreach (var unit in _units.Values)
            {
                Take(findings, unit, unit.Look(now, listeningSince));
            }
        }

        _ = Interlocked.Add(ref _resubscribed, findings.Resubscribe.Count > 0 ? 1 : 0);
        _ = Interlocked.Add(ref _reconnected, findings.MustReconnect ? 1 : 0);
        return findings;
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Take(SilenceFindings findings, WatchedUnit unit, SilenceStep step)
    {
        if (step == SilenceStep.Degrade)
        {
            _ = Interlocked.Increment(ref _silences);
            if (unit.Key.Capability == SouthCapabilities.Subscription)
            {
                findings.Resubscribe.AddRange(unit.Items);
            }
        }

        findings.MustReconnect |= step == SilenceStep.Reconnect;
        if (unit.IsSilent)
        {
            findings.Words ??= unit.Words;
            findings.SilentCount++;
        }
    }

    private void Hear(Heard heard, Content content)
    {
        var left = 0;
        if (content is ReadingsContent readings)
        {
            left = readings.Readings.Length;
            foreach (var run in readings.Groups)
            {
                left -= run.Count;
                Hear(run.Group is null ? heard.Ungrouped : heard.Groups.GetValueOrDefault(run.Group));
            }
        }

        if (left > 0 || content is FileContent)
        {
            Hear(heard.Ungrouped);
        }
    }

    private void Wake() => Volatile.Read(ref _wake).TrySetResult();

    private TimeSpan Delay()
    {
        var now = time.GetTimestamp();
        var delay = Timeout.InfiniteTimeSpan;
        lock (_units)
        {
            foreach (var unit in _units.Values)
            {
                var due = unit is { IsSilent: false, Due: { } at } && at > now
                    ? time.GetElapsedTime(now, at)
                    : LookEvery;
                delay = delay == Timeout.InfiniteTimeSpan || due < delay ? due : delay;
            }
        }

        return delay;
    }

    /// <summary>Where what comes is heard; swapped as a whole.</summary>
    private sealed class Heard
    {
        public Heard(IEnumerable<WatchedUnit> units)
        {
            foreach (var unit in units)
            {
                if (unit.Key.Schedule is not SubscriptionSchedule)
                {
                    foreach (var item in unit.Items)
                    {
                        ByItem[item.Name] = unit;
                    }
                }
                else if (unit.Key.Group is { } group)
                {
                    Groups[group] = unit;
                }
                else
                {
                    Ungrouped = unit;
                }
            }
        }

        public bool HasSubscribed => Ungrouped is not null || Groups.Count > 0;

        public Dictionary<string, WatchedUnit> ByItem { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, WatchedUnit> Groups { get; } = new(StringComparer.Ordinal);

        public WatchedUnit? Ungrouped { get; }
    }
}

/// <summary>What a look at a South found, and what is to be done.</summary>
internal sealed class SilenceFindings
{
    /// <summary>Of the first that is silent; null when nothing is.</summary>
    public string? Words { get; set; }

    /// <summary>How many are silent.</summary>
    public int SilentCount { get; set; }

    /// <summary>The items to subscribe to again.</summary>
    public List<Item> Resubscribe { get; } = [];

    /// <summary>Whether to connect anew.</summary>
    public bool MustReconnect { get; set; }

    /// <summary>All of it in words; null when nothing is silent.</summary>
    public string? Reason => SilentCount > 1 ? $"{Words} {SilentCount - 1} more are silent, too." : Words;
}
