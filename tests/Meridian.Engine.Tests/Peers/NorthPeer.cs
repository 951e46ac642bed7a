using Meridian.Configuration;
using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Peers;

/// <summary>
/// A destination that outlives the connectors that write to it, and does what a test tells it to. By default it stores
/// everything.
/// </summary>
internal class NorthPeer
{
    private readonly Lock _lock = new();
    private readonly List<long> _stored = [];
    private int _connects;
    private int _disconnects;
    private int _instances;
    private int _tries;

    public NorthPeer() => OnHandle = (batch, _) => ValueTask.FromResult(StoreAll(batch));

    /// <summary>What a delivery does.</summary>
    public Func<ValuesBatch, CancellationToken, ValueTask<DeliveryOutcome>> OnHandle { get; set; }

    public Func<CancellationToken, Task> OnConnect { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnDisconnect { get; set; } = _ => Task.CompletedTask;

    public INorthContext Context { get; private set; } = null!;

    public int Connects => Volatile.Read(ref _connects);

    public int Disconnects => Volatile.Read(ref _disconnects);

    public int Instances => Volatile.Read(ref _instances);

    public int Tries => Volatile.Read(ref _tries);

    /// <summary>The positions of the readings that were stored, in the order they came.</summary>
    public IReadOnlyList<long> Stored
    {
        get
        {
            lock (_lock)
            {
                return [.. _stored];
            }
        }
    }

    public void Answer(Func<ValuesBatch, DeliveryOutcome> answer) =>
        OnHandle = (batch, _) => ValueTask.FromResult(answer(batch));

    /// <summary>Stores the readings with these indexes.</summary>
    public void Store(ValuesBatch batch, IEnumerable<int> indexes)
    {
        lock (_lock)
        {
            foreach (var index in indexes)
            {
                // The scripted South numbers its readings as the journal does, so a mix-up of the two shows.
                Assert.Equal(batch.Positions.Span[index], batch.Readings.Span[index].Value.AsInt64());
                _stored.Add(batch.Positions.Span[index]);
            }
        }
    }

    public DeliveryOutcome StoreAll(ValuesBatch batch)
    {
        Store(batch, Enumerable.Range(0, batch.Readings.Length));
        return DeliveryOutcome.Delivered;
    }

    public NorthConfig Config(string name, int maxReadings = 10_000) => new()
    {
        Name = name,
        Settings = string.Empty,
        Batch = new BatchConfig { MaxReadings = maxReadings },
        Manifest = new NorthManifest
        {
            Id = "scripted",
            Name = "Scripted",
            Description = "Does what a test says.",
            Category = ConnectorCategory.Tool,
            ConnectorType = ConnectorType,
            SettingsType = typeof(object),
            Guarantee = DeliveryGuarantee.AtLeastOnce,
            Create = (context, _) =>
            {
                Context = context;
                Interlocked.Increment(ref _instances);
                return Create();
            },
        },
    };

    protected virtual Type ConnectorType => typeof(ScriptedNorth);

    protected virtual INorth Create() => new ScriptedNorth(this);

    protected class ScriptedNorth(NorthPeer peer) : IHandlesValues
    {
        public Task ConnectAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref peer._connects);
            return peer.OnConnect(cancellationToken);
        }

        public Task DisconnectAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref peer._disconnects);
            return peer.OnDisconnect(cancellationToken);
        }

        public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref peer._tries);
            return peer.OnHandle(batch, cancellationToken);
        }

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);
    }
}

/// <summary>A destination that stores data and cursor in one transaction.</summary>
internal sealed class OwnCursorPeer : NorthPeer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, DeliveryPosition> _positions = [];

    public OwnCursorPeer() => OnHandle = (batch, _) => ValueTask.FromResult(Commit(batch));

    public void Put(DeliveryPosition position)
    {
        lock (_lock)
        {
            _positions[position.JournalId] = position;
        }
    }

    public DeliveryOutcome Commit(ValuesBatch batch)
    {
        lock (_lock)
        {
            StoreAll(batch);
            _positions[batch.JournalId] = batch.Cursor;
            return DeliveryOutcome.Delivered;
        }
    }

    protected override Type ConnectorType => typeof(OwnCursorNorth);

    protected override INorth Create() => new OwnCursorNorth(this);

    private sealed class OwnCursorNorth(OwnCursorPeer peer) : ScriptedNorth(peer), IKeepsOwnCursor
    {
        public ValueTask<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(
            string northId, CancellationToken cancellationToken)
        {
            lock (peer._lock)
            {
                var known = peer._positions.Values
                    .Where(position => string.Equals(position.NorthId, northId, StringComparison.Ordinal));
                return ValueTask.FromResult<IReadOnlyList<DeliveryPosition>>([.. known]);
            }
        }
    }
}
