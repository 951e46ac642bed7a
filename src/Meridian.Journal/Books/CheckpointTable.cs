using System.Diagnostics.CodeAnalysis;
using Meridian.Journal.Appending;
using Meridian.Journal.Format;

namespace Meridian.Journal.Books;

/// <summary>
/// The newest durable checkpoint of each (source, key), and the segment of its newest record. Changed by the writer's
/// thread only, read by anyone. A forgotten one stays as a removal until no index slot can bring it back.
/// </summary>
internal sealed class CheckpointTable
{
    private const int RecordBytes = 256 << 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<(JournalSource Source, string Key), Entry> _entries = [];
    private readonly SortedDictionary<long, int> _perSegment = [];
    private readonly List<Entry> _carried = [];

    /// <summary>How many checkpoints there are, removals included.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>The value of a checkpoint, as a copy.</summary>
    public bool TryGet(JournalSource source, string key, [NotNullWhen(true)] out byte[]? value)
    {
        lock (_gate)
        {
            value = _entries.TryGetValue((source, key), out var entry) && entry.Length > 0
                ? entry.Value[..entry.Length]
                : null;
            return value is not null;
        }
    }

    /// <summary>All checkpoints of a source, as copies.</summary>
    public IReadOnlyList<JournalCheckpoint> Of(JournalSource source)
    {
        lock (_gate)
        {
            return [.. _entries.Values.Where(e => e.Source == source && e.Length > 0)
                .Select(static e => new JournalCheckpoint(e.Key, e.Value.AsSpan(0, e.Length).ToArray()))];
        }
    }

    /// <summary>Takes over what became durable.</summary>
    public void Apply(AppendGroup group, long ordinal)
    {
        if (group.Checkpoints.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var checkpoint in group.Checkpoints)
            {
                SetCore(checkpoint.Source, checkpoint.Key, group.ValueOf(checkpoint), ordinal);
            }
        }
    }

    /// <summary>Takes over what a start found.</summary>
    public void Set(JournalSource source, string key, ReadOnlySpan<byte> value, long ordinal)
    {
        lock (_gate)
        {
            SetCore(source, key, value, ordinal);
        }
    }

    /// <summary>Whether a checkpoint has its newest record in a segment up to this one.</summary>
    public bool IsHeldBy(long ordinal)
    {
        lock (_gate)
        {
            foreach (var held in _perSegment.Keys)
            {
                return held <= ordinal;
            }

            return false;
        }
    }

    /// <summary>Encodes again what has its newest record in a segment up to this one.</summary>
    public void Carry(RecordBuilder records, long ordinal, long first)
    {
        _carried.Clear();
        lock (_gate)
        {
            _carried.AddRange(_entries.Values.Where(e => e.Ordinal <= ordinal));
        }

        // No lock from here on: only this thread changes entries.
        foreach (var ofSource in _carried.GroupBy(static e => e.Source))
        {
            var chunk = new List<Entry>();
            var size = 0;
            foreach (var entry in ofSource)
            {
                chunk.Add(entry);
                size += Attachments.SizeOf(entry.Key, entry.Length);
                if (size >= RecordBytes)
                {
                    Encode(records, ofSource.Key, chunk, size, first);
                    chunk.Clear();
                    size = 0;
                }
            }

            if (chunk.Count > 0)
            {
                Encode(records, ofSource.Key, chunk, size, first);
            }
        }
    }

    /// <summary>What was carried did not become durable.</summary>
    public void ForgetCarried() => _carried.Clear();

    /// <summary>What was carried is durable in this segment.</summary>
    public void AcceptCarried(long ordinal)
    {
        lock (_gate)
        {
            foreach (var entry in _carried)
            {
                Move(entry, ordinal);
            }
        }

        _carried.Clear();
    }

    /// <summary>What an index slot keeps.</summary>
    public List<StoredCheckpoint> ToIndex()
    {
        lock (_gate)
        {
            return [.. _entries.Values.Select(static e => new StoredCheckpoint(
                e.Source.Name, e.Key, e.Value.AsMemory(0, e.Length), e.Ordinal))];
        }
    }

    /// <summary>An index slot is durable: removals that both slots have seen need not be kept.</summary>
    public void AcceptIndex()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values.Where(static e => e.Length == 0 && ++e.SlotsSince >= 2).ToList())
            {
                Tally(entry.Ordinal, -1);
                _ = _entries.Remove((entry.Source, entry.Key));
            }
        }
    }

    private static void Encode(RecordBuilder records, JournalSource source, List<Entry> chunk, int size, long first)
    {
        size += sizeof(int);
        var payload = records.Payload.GetSpan(size)[..size];
        var at = Attachments.Begin(payload, size);
        foreach (var entry in chunk)
        {
            _ = Attachments.WriteCheckpoint(payload, ref at, entry.Key, entry.Value.AsSpan(0, entry.Length));
        }

        records.Payload.Advance(size);
        records.Add(RecordType.Checkpoint, source, first);
    }

    private void SetCore(JournalSource source, string key, ReadOnlySpan<byte> value, long ordinal)
    {
        if (!_entries.TryGetValue((source, key), out var entry))
        {
            entry = new Entry(source, key) { Ordinal = ordinal };
            _entries.Add((source, key), entry);
            Tally(ordinal, 1);
        }

        if (entry.Value.Length < value.Length)
        {
            entry.Value = new byte[value.Length];
        }

        value.CopyTo(entry.Value);
        entry.Length = value.Length;
        entry.SlotsSince = 0;
        Move(entry, ordinal);
    }

    private void Move(Entry entry, long ordinal)
    {
        if (entry.Ordinal != ordinal)
        {
            Tally(entry.Ordinal, -1);
            Tally(ordinal, 1);
            entry.Ordinal = ordinal;
        }
    }

    private void Tally(long ordinal, int change)
    {
        var count = _perSegment.GetValueOrDefault(ordinal) + change;
        if (count == 0)
        {
            _ = _perSegment.Remove(ordinal);
        }
        else
        {
            _perSegment[ordinal] = count;
        }
    }

    private sealed class Entry(JournalSource source, string key)
    {
        public JournalSource Source { get; } = source;

        public string Key { get; } = key;

        public byte[] Value { get; set; } = [];

        /// <summary>0 when it is forgotten.</summary>
        public int Length { get; set; }

        public long Ordinal { get; set; }

        /// <summary>Index slots written since it was forgotten.</summary>
        public int SlotsSince { get; set; }
    }
}
