using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>
/// The engine's side of a North: it notes what was returned as delivered, and makes it durable when asked. What is
/// noted and what is durable differ, as they do in the engine.
/// </summary>
internal sealed class FakeNorthContext : INorthContext
{
    private int _notedCount;
    private byte[] _notedState = [];
    private byte[] _durableState = [];

    public FakeNorthContext(ManualClock? clock = null, byte[]? state = null, int count = 0)
    {
        Clock = clock ?? new ManualClock();
        _notedState = _durableState = state ?? [];
        _notedCount = DurableCount = count;
    }

    public ManualClock Clock { get; }

    public int DurableCount { get; private set; }

    public byte[] DurableState => _durableState;

    public bool IsConnected { get; private set; }

    public ConnectorException? Lost { get; private set; }

    /// <summary>Called before and after something becomes durable.</summary>
    public Action OnPersist { get; set; } = () => { };

    /// <summary>Called before a delivery is noted, and after.</summary>
    public Action OnNote { get; set; } = () => { };

    public string Name => "north";

    public bool IsTest => false;

    /// <summary>The point of a reading, by its number.</summary>
    public Func<int, string> PointOf { get; init; } = static _ => "p";

    public string Folder => throw new NotSupportedException();

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    public TimeProvider Time => Clock;

    public Random Random { get; } = new(1);

    public ReadOnlyMemory<byte> DeliveryState => _durableState;

    public void ReportConnected() => IsConnected = true;

    public void ReportRetrying(ConnectorException fault) => IsConnected = false;

    public void ReportLost(ConnectorException fault) => Lost = fault;

    public ValueTask PersistDeliveryAsync(CancellationToken cancellationToken)
    {
        Persist();
        return ValueTask.CompletedTask;
    }

    public void Persist()
    {
        OnPersist();
        _durableState = _notedState;
        DurableCount = _notedCount;
        OnPersist();
    }

    /// <summary>Delivers the readings from the noted cursor up to a number.</summary>
    public Task<DeliveryOutcome> DeliverUpToAsync(IHandlesValues north, int end) =>
        DeliverAsync(north, Batch(_notedCount, end, PointOf));

    /// <summary>Delivers a batch.</summary>
    public async Task<DeliveryOutcome> DeliverAsync(IHandlesValues north, ValuesBatch batch)
    {
        var outcome = await north.HandleValuesAsync(batch, CancellationToken.None);
        OnNote();
        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        _notedCount += batch.Readings.Length;
        if (!outcome.State.IsEmpty)
        {
            _notedState = outcome.State.ToArray();
        }

        OnNote();
        return outcome;
    }

    /// <summary>Readings of a point <c>p</c> whose values are their numbers.</summary>
    public static ValuesBatch Batch(int start, int end, Func<int, string>? pointOf = null)
    {
        var readings = Enumerable.Range(start, end - start)
            .Select(number => new Reading(
                pointOf?.Invoke(number) ?? "p",
                DateTimeOffset.UnixEpoch.AddSeconds(number),
                ReadingValue.From((long)number)))
            .ToArray();
        var positions = Enumerable.Range(start, end - start).Select(number => (long)number).ToArray();
        return new ValuesBatch(default, readings, positions, new DeliveryPosition(default, "north", default));
    }
}
