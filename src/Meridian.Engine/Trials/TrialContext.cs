using System.Collections.Concurrent;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Trials;

/// <summary>What a throw-away instance sees in place of the engine: what it gives is kept to be shown, and no
/// more.</summary>
internal sealed class TrialContext(string name, string folder, int maxReadings, EngineServices services)
    : ISouthContext, INorthContext, IIntakeSink
{
    private readonly Lock _lock = new();
    private readonly List<Reading> _readings = [];
    private readonly ConcurrentDictionary<string, string?> _problems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _undecoded = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => name;

    public bool IsTest => true;

    public string Folder => Directory.CreateDirectory(folder).FullName;

    public ILoggerFactory Loggers => services.Loggers;

    public TimeProvider Time => services.Time;

    public Random Random => services.Random;

    public IIntakeSink Intakes => this;

    public ReadOnlyMemory<byte> DeliveryState => default;

    /// <summary>Completes when something came, or the connection was lost.</summary>
    public Task First => _first.Task;

    /// <summary>What came, as a copy.</summary>
    public IReadOnlyList<Reading> Readings
    {
        get
        {
            lock (_lock)
            {
                return [.. _readings];
            }
        }
    }

    /// <summary>What is wrong with an item; null when nothing is.</summary>
    public string? ProblemOf(string item) =>
        _problems.GetValueOrDefault(item) ?? _undecoded.GetValueOrDefault(item);

    /// <summary>Keeps readings, as far as there is room.</summary>
    public void Keep(ReadOnlySpan<Reading> readings)
    {
        lock (_lock)
        {
            foreach (var reading in readings[..Math.Min(readings.Length, maxReadings - _readings.Count)])
            {
                _readings.Add(reading);
            }
        }

        if (readings.Length > 0)
        {
            _ = _first.TrySetResult();
        }
    }

    /// <summary>Nothing is stored, so no receipt comes: a source that waits for one keeps what it gave.</summary>
    public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
    {
        if (intake.Content is ReadingsContent content)
        {
            Keep(content.Readings.Span);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask PersistDeliveryAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ReadOnlyMemory<byte>? FindCheckpoint(string key) => null;

    public void ReportConnected()
    {
    }

    public void ReportRetrying(ConnectorException fault) => _first.TrySetException(fault);

    public void ReportLost(ConnectorException fault) => _first.TrySetException(fault);

    public void CountRepeated(long count)
    {
    }

    /// <summary>Apart from what is reported: that a subscription stands, said a moment later, mends nothing.</summary>
    public void CountUndecoded(string item, string reason) => _undecoded[item] = reason;

    public void CountLetGo(long count, string reason)
    {
    }

    public void ReportItem(string item, string? problem)
    {
        _problems[item] = problem;
        if (problem is not null)
        {
            _ = _first.TrySetResult();
        }
    }
}
