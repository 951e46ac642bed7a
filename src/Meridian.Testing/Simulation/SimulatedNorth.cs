using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Testing.Simulation;

/// <summary>
/// A destination that a test drives in code, with its connector: it records, refuses, holds up or forgets what comes,
/// as it shall. It outlives the connectors that connect to it. Any thread may call any member.
/// </summary>
public sealed class SimulatedNorth
{
    private readonly Lock _lock = new();
    private readonly List<Reading> _readings = [];
    private readonly List<long> _positions = [];
    private readonly List<SimulatedFileCopy> _files = [];
    private readonly Dictionary<(Guid Journal, string North), DeliveryPosition> _cursors = [];
    private long _count;

    /// <summary>Makes a destination.</summary>
    /// <param name="guarantee">
    /// What it promises. Only with <see cref="DeliveryGuarantee.ExactlyOnce"/> it keeps the position beside the data.
    /// </param>
    public SimulatedNorth(DeliveryGuarantee guarantee = DeliveryGuarantee.AtLeastOnce)
    {
        var keepsCursor = guarantee == DeliveryGuarantee.ExactlyOnce;
        Manifest = new NorthManifest
        {
            Id = "simulated",
            Name = "Simulated",
            Description = "A destination that a test drives.",
            Category = ConnectorCategory.Tool,
            ConnectorType = keepsCursor ? typeof(SimulatedCursorNorth) : typeof(SimulatedNorthConnector),
            SettingsType = typeof(SimulatedNorthSettings),
            Guarantee = guarantee,
            Create = (context, _) =>
            {
                var connector = new SimulatedNorthConnector(this, context, keepsCursor);
                return keepsCursor ? new SimulatedCursorNorth(this, connector) : connector;
            },
        };
    }

    /// <summary>The connector; its settings are <see cref="SimulatedNorthSettings"/>.</summary>
    public NorthManifest Manifest { get; }

    /// <summary>What the next calls meet.</summary>
    public SimulatedScript Script { get; } = new();

    /// <summary>Whether it keeps what comes; otherwise it only counts, as the null North does.</summary>
    /// <value>true.</value>
    public bool IsRecording { get; set; } = true;

    /// <summary>Says why a reading is refused for good, in a sentence; null for one that is taken.</summary>
    /// <value>Takes everything.</value>
    public Func<Reading, string?> Refuses { get; set; } = static _ => null;

    /// <summary>How many connections there are.</summary>
    public int ConnectionCount => Peer.LinkCount;

    /// <summary>How many readings it took, repeats included.</summary>
    public long ReadingCount
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>The readings, in the order they came, repeats included.</summary>
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

    /// <summary>The position in the journal of each of <see cref="Readings"/>.</summary>
    public IReadOnlyList<long> Positions
    {
        get
        {
            lock (_lock)
            {
                return [.. _positions];
            }
        }
    }

    /// <summary>The files, in the order they came, repeats included.</summary>
    public IReadOnlyList<SimulatedFileCopy> Files
    {
        get
        {
            lock (_lock)
            {
                return [.. _files];
            }
        }
    }

    internal SimulatedPeer Peer { get; } = new("destination");

    internal Contexts.AsyncGate Gate { get; } = new();

    /// <summary>From now on a delivery waits until it is cancelled or let go.</summary>
    public void Block() => Gate.Close();

    /// <summary>Ends what <see cref="Block"/> began.</summary>
    public void Unblock() => Gate.Open();

    /// <summary>It is gone without a word, and with it every connection.</summary>
    public void Vanish() => Peer.Vanish();

    /// <summary>It is there again.</summary>
    public void Return() => Peer.Return();

    /// <summary>Stores the readings that are not refused, and the position, as one.</summary>
    internal DeliveryOutcome Store(ValuesBatch batch, bool keepsCursor)
    {
        lock (_lock)
        {
            var refused = new List<Rejection>();
            for (var i = 0; i < batch.Readings.Length; i++)
            {
                if (Refuses(batch.Readings.Span[i]) is { } reason)
                {
                    refused.Add(new Rejection(i, reason));
                }
            }

            if (keepsCursor && refused.Count > 0)
            {
                return DeliveryOutcome.Rejected(refused);
            }

            var refusedIndexes = refused.Select(static one => one.Index).ToHashSet();
            for (var i = 0; i < batch.Readings.Length; i++)
            {
                if (!refusedIndexes.Contains(i))
                {
                    Keep(batch.Readings.Span[i], batch.Positions.Span[i]);
                }
            }

            Move(batch.Cursor, keepsCursor);
            return refused.Count == 0 ? DeliveryOutcome.Delivered : DeliveryOutcome.DeliveredExcept(refused);
        }
    }

    internal DeliveryOutcome Store(SimulatedFileCopy file, DeliveryPosition position, bool keepsCursor)
    {
        lock (_lock)
        {
            if (IsRecording)
            {
                _files.Add(file);
            }

            Move(position, keepsCursor);
            return DeliveryOutcome.Delivered;
        }
    }

    internal IReadOnlyList<DeliveryPosition> PositionsOf(string northId)
    {
        lock (_lock)
        {
            return [.. _cursors.Values
                .Where(position => string.Equals(position.NorthId, northId, StringComparison.Ordinal))];
        }
    }

    private void Keep(in Reading reading, long position)
    {
        _count++;
        if (IsRecording)
        {
            _readings.Add(reading);
            _positions.Add(position);
        }
    }

    private void Move(DeliveryPosition position, bool keepsCursor)
    {
        if (keepsCursor)
        {
            _cursors[(position.JournalId, position.NorthId)] = position with { Token = position.Token.ToArray() };
        }
    }
}

/// <summary>A file as a simulated destination has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its content.</param>
public sealed record SimulatedFileCopy(string Name, ReadOnlyMemory<byte> Content);
