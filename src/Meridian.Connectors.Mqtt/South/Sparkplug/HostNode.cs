namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>
/// What is known of an edge node: whether it is born, how far its sequence is, and what its births defined. No I/O, no
/// clock.
/// </summary>
/// <remarks>
/// <code>
///            NBIRTH, or what was stored
///  unknown ─────────────────────────────► known ── each message: next of the sequence
///     ▲                                     │
///     └── NDEATH of the same bdSeq ─────────┤
///     └── a gap right after a connect ──────┘   anything may have been missed, a birth with other aliases too
/// </code>
/// A gap while connected is told, so that a birth is asked for; what is known stays, as the specification has it
/// (§5.9).
/// </remarks>
internal sealed class HostNode
{
    private const int Modulus = 256;

    private readonly Dictionary<string, HostDevice> _devices = new(StringComparer.Ordinal);

    /// <summary>Whether the sequence is known, so that a gap can be seen.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether the NBIRTH was seen; a DBIRTH alone makes it known only in part.</summary>
    public bool IsBorn { get; private set; }

    /// <summary>The number of its birth, which its death repeats; null when it said none.</summary>
    public ulong? BirthSequence { get; private set; }

    /// <summary>
    /// When the payload of the birth was made, by the edge node; 0 when it did not say. A repeat that is older is of an
    /// earlier birth, whatever its sequence number.
    /// </summary>
    public ulong BirthMilliseconds { get; private set; }

    /// <summary>The last sequence number.</summary>
    public byte Sequence { get; private set; }

    /// <summary>How many messages came since the birth, up to 255: so far back a repeat is of this birth.</summary>
    public byte SinceBirth { get; private set; }

    /// <summary>Whether messages may have been missed, so that only the very next one proves that none was.</summary>
    public bool MustContinue { get; set; }

    /// <summary>When a rebirth may be asked for again.</summary>
    public TimeSpan NextRebirth { get; set; }

    /// <summary>When it was last heard, for whom to forget.</summary>
    public TimeSpan LastHeard { get; set; }

    /// <summary>How its tables are stored.</summary>
    public HostTables Tables { get; } = new();

    public int MetricCount { get; private set; }

    public long NameLength { get; private set; }

    public IReadOnlyCollection<HostDevice> Devices => _devices.Values;

    public HostDevice? FindDevice(string? name) => _devices.GetValueOrDefault(name ?? "");

    /// <summary>NBIRTH: all that was known before is of the past.</summary>
    public void BeginLife(ulong? birthSequence, byte sequence, ulong birthMilliseconds)
    {
        Forget();
        (IsKnown, IsBorn, BirthSequence, Sequence, MustContinue) = (true, true, birthSequence, sequence, false);
        BirthMilliseconds = birthMilliseconds;
    }

    /// <summary>A DBIRTH of an edge node whose NBIRTH was not seen: from here on the sequence is known.</summary>
    public void JoinLife(byte sequence, ulong birthMilliseconds) =>
        (IsKnown, Sequence, SinceBirth, MustContinue, BirthMilliseconds) =
        (true, sequence, 0, false, birthMilliseconds);

    /// <summary>What was stored before the process ended; nobody knows what came since.</summary>
    public void Restore(
        bool isBorn, ulong? birthSequence, byte sequence, byte sinceBirth, ulong birthMilliseconds) =>
        (IsKnown, IsBorn, BirthSequence, Sequence, SinceBirth, MustContinue, BirthMilliseconds) =
        (true, isBorn, birthSequence, sequence, sinceBirth, true, birthMilliseconds);

    /// <summary>Nothing is known any more.</summary>
    public void Forget()
    {
        _devices.Clear();
        (IsKnown, IsBorn, BirthSequence, SinceBirth, MetricCount, NameLength) = (false, false, null, 0, 0, 0);
        BirthMilliseconds = 0;
    }

    public void Define(HostDevice device)
    {
        Remove(device.Name);
        _devices[device.Name ?? ""] = device;
        MetricCount += device.Metrics.Count;
        NameLength += LengthOf(device);
    }

    public void Remove(string? device)
    {
        if (_devices.Remove(device ?? "", out var removed))
        {
            MetricCount -= removed.Metrics.Count;
            NameLength -= LengthOf(removed);
        }
    }

    /// <summary>Where a message stands in the sequence, which goes on with it.</summary>
    /// <param name="sequence">Its number; null when it breaks the rule that it has one.</param>
    /// <param name="isRepeat">Whether the broker marks it as sent again.</param>
    /// <param name="milliseconds">When its payload was made; null when it does not say.</param>
    public SequencePlace Follow(ulong? sequence, bool isRepeat, ulong? milliseconds)
    {
        // After a lost connection the broker sends again what came before the birth, too.
        if (!IsKnown || (isRepeat && milliseconds < BirthMilliseconds))
        {
            return SequencePlace.Unknown;
        }

        var place = (sequence, isRepeat) switch
        {
            (null or >= Modulus, _) => SequencePlace.Gap,
            ({ } one, _) when (byte)one == (byte)(Sequence + 1) => SequencePlace.Next,
            ({ } one, true) when (byte)(Sequence - (byte)one) <= SinceBirth => SequencePlace.Repeat,
            _ => SequencePlace.Gap,
        };
        if (place == SequencePlace.Repeat)
        {
            return place;
        }

        // Of a birth that is not known here, as far as one can tell: naming its metrics would be guessing.
        if (place == SequencePlace.Gap && isRepeat && (milliseconds is null || BirthMilliseconds == 0))
        {
            return SequencePlace.Unknown;
        }

        if (place == SequencePlace.Gap && MustContinue)
        {
            Forget();
            return SequencePlace.Unknown;
        }

        var passed = sequence is { } number ? (byte)((byte)number - Sequence) : (byte)1;
        Sequence += passed;
        SinceBirth = (byte)Math.Min(byte.MaxValue, SinceBirth + passed);
        MustContinue = false;
        return place;
    }

    private static long LengthOf(HostDevice device) => device.Metrics.Sum(static one => (long)one.Name.Length);
}

/// <summary>Where a message stands in an edge node's sequence.</summary>
internal enum SequencePlace
{
    /// <summary>The edge node's births are not known.</summary>
    Unknown,

    /// <summary>It is the next.</summary>
    Next,

    /// <summary>It came before, and is of the birth that is known.</summary>
    Repeat,

    /// <summary>Something is missing before it.</summary>
    Gap,
}
