using System.Collections.Concurrent;
using Meridian.Engine.Souths.Histories;
using Meridian.Engine.Souths.Silence;
using Meridian.Engine.Supervision;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Souths;

/// <summary>What a South sees of the engine: its pump, its counters, its items' states.</summary>
internal sealed partial class SouthContext(
    ConnectorContext common, IIntakeSink intakes, Func<string, ReadOnlyMemory<byte>?> findCheckpoint, ILogger logger)
    : ISouthContext, IHistoryHost
{
    /// <summary>
    /// A wave of undecodable payloads must not become a wave of log lines: each item speaks once in this time.
    /// </summary>
    private static readonly TimeSpan SpeakAgainAfter = TimeSpan.FromHours(1);

    /// <summary>No item has an empty name.</summary>
    private const string LetGoTopic = "";

    private readonly ConcurrentDictionary<string, string> _itemProblems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _spoken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UndecodedHold> _holds = new(StringComparer.Ordinal);
    private long _letGo;
    private long _outside;
    private long _removed;
    private long _repeated;
    private long _undecoded;

    /// <summary>Who hears what items answer; nobody where nothing is expected.</summary>
    public SouthSilence? Silence { get; init; }

    public string Name => common.Name;

    public bool IsTest => common.IsTest;

    public string Folder => common.Folder;

    public ILoggerFactory Loggers => common.Loggers;

    public TimeProvider Time => common.Time;

    public Random Random => common.Random;

    public IIntakeSink Intakes => intakes;

    public ISetpointSink? Setpoints { get; init; }

    public long Repeated => Interlocked.Read(ref _repeated);

    public long Undecoded => Interlocked.Read(ref _undecoded);

    public long LetGo => Interlocked.Read(ref _letGo);

    /// <summary>
    /// Readings that the source gave again when its past was asked for, and that were not taken again.
    /// </summary>
    public long Removed => Interlocked.Read(ref _removed);

    /// <summary>Readings outside the window that was asked for; not taken.</summary>
    public long Outside => Interlocked.Read(ref _outside);

    /// <summary>The items that are not well, with the reason in words.</summary>
    public IReadOnlyDictionary<string, string> ItemProblems => _itemProblems;

    public Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        Task.Delay(pause, Time, cancellationToken);

    public void CountHistory(int repeated, int outside)
    {
        _ = Interlocked.Add(ref _removed, repeated);
        _ = Interlocked.Add(ref _outside, outside);
    }

    public void Hear(string item, int readings) => Silence?.Hear(item, readings);

    public ReadOnlyMemory<byte>? FindCheckpoint(string key) => findCheckpoint(key);

    /// <summary>Forgets what was said of items that are no more.</summary>
    public void Forget(IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            _ = _itemProblems.TryRemove(item, out _);
            _ = _spoken.TryRemove(item, out _);
        }
    }

    public void ReportConnected() => common.ReportConnected();

    public void ReportRetrying(ConnectorException fault) => common.ReportRetrying(fault);

    public void ReportLost(ConnectorException fault) => common.ReportLost(fault);

    public void CountRepeated(long count) => Interlocked.Add(ref _repeated, count);

    public void CountUndecoded(string item, string reason)
    {
        if (_holds.TryGetValue(item, out var hold))
        {
            hold.Add();
        }
        else
        {
            _ = Interlocked.Increment(ref _undecoded);
        }

        if (MaySpeak(item))
        {
            LogUndecoded(Name, item, reason);
        }
    }

    /// <summary>Holds back what an item's files count as undecoded, until it is disposed. One per item.</summary>
    public UndecodedHold HoldUndecoded(string item)
    {
        var hold = new UndecodedHold(
            count => Interlocked.Add(ref _undecoded, count), () => _holds.TryRemove(item, out _));
        _holds[item] = hold;
        return hold;
    }

    public void CountLetGo(long count, string reason)
    {
        Interlocked.Add(ref _letGo, count);
        if (MaySpeak(LetGoTopic))
        {
            LogLetGo(Name, count, reason);
        }
    }

    public void ReportItem(string item, string? problem)
    {
        if (problem is not null)
        {
            var isNews = !_itemProblems.TryGetValue(item, out var known)
                || !string.Equals(known, problem, StringComparison.Ordinal);
            _itemProblems[item] = problem;
            if (isNews)
            {
                LogItemProblem(Name, item, problem);
            }
        }
        else if (_itemProblems.TryRemove(item, out _))
        {
            LogItemWell(Name, item);
        }
    }

    private bool MaySpeak(string topic)
    {
        var now = Time.GetUtcNow();
        if (_spoken.TryGetValue(topic, out var last) && now - last < SpeakAgainAfter)
        {
            return false;
        }

        _spoken[topic] = now;
        return true;
    }

    [LoggerMessage(EventIds.ItemProblem, LogLevel.Warning, "{South}, item '{Item}': {Problem}")]
    private partial void LogItemProblem(string south, string item, string problem);

    [LoggerMessage(EventIds.ItemWell, LogLevel.Information, "{South}, item '{Item}' is well again.")]
    private partial void LogItemWell(string south, string item);

    [LoggerMessage(
        EventIds.Undecoded,
        LogLevel.Warning,
        "{South}, item '{Item}': {Reason} It is kept as the bytes that came, with bad quality; "
        + "more of this item is only counted for an hour.")]
    private partial void LogUndecoded(string south, string item, string reason);

    [LoggerMessage(EventIds.LetGo, LogLevel.Warning, "{South} let {Count} data go before they were on disk: {Reason}")]
    private partial void LogLetGo(string south, long count, string reason);
}
