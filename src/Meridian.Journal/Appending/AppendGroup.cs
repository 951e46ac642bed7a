using System.Runtime.InteropServices;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;

namespace Meridian.Journal.Appending;

/// <summary>
/// Appends that become durable together: their records, encoded, and whoever waits for them. Owned by
/// <see cref="AppendQueue"/> while it gathers, by the writer from then on.
/// </summary>
internal sealed class AppendGroup(int keepBytes)
{
    private const int FirstBytes = 4096;

    private readonly List<JournalSource> _sources = [];
    private readonly HashSet<uint> _sourceIds = [];
    private readonly List<SealEntry> _marks = [];
    private readonly List<GatheredCheckpoint> _checkpoints = [];
    private readonly List<JournalFile> _files = [];
    private byte[] _records = new byte[Math.Min(FirstBytes, keepBytes)];
    private PendingAppend[] _appends = new PendingAppend[16];

    /// <summary>The encoded records.</summary>
    public ReadOnlySpan<byte> Records => _records.AsSpan(0, Length);

    /// <summary>Bytes of the encoded records.</summary>
    public int Length { get; private set; }

    /// <summary>Number of appends.</summary>
    public int Count { get; private set; }

    /// <summary>The position of the first datum.</summary>
    public long First { get; private set; }

    /// <summary>The position after the last datum.</summary>
    public long End { get; private set; }

    /// <summary>The latest time of its records.</summary>
    public long LastTicks { get; private set; }

    /// <summary>The sources of the records, each once: what a segment must define before them.</summary>
    public List<JournalSource> Sources => _sources;

    /// <summary>Where reading may begin; offsets within <see cref="Records"/>.</summary>
    public List<SealEntry> Marks => _marks;

    /// <summary>The checkpoints of the records, in order.</summary>
    public List<GatheredCheckpoint> Checkpoints => _checkpoints;

    /// <summary>The files that the records refer to.</summary>
    public List<JournalFile> Files => _files;

    /// <summary>Encodes one more record.</summary>
    public void Add(PendingAppend append, in AppendEntry entry, long first, long ticks, uint seed)
    {
        if (Count == 0)
        {
            First = first;
            LastTicks = 0;
        }

        if (_marks.Count == 0 || Length - _marks[^1].Offset >= SegmentMarks.StepBytes)
        {
            _marks.Add(new SealEntry(first, LastTicks, Length));
        }

        Reserve(entry.Size);
        var record = _records.AsSpan(Length, entry.Size);
        Attach(record[RecordHeader.Size..], entry);
        entry.Payload.Span.CopyTo(record[(RecordHeader.Size + entry.AttachedBytes)..]);
        var header = new RecordHeader(
            entry.Count == 0 ? RecordType.Checkpoint : RecordType.Content,
            entry.ContentType,
            entry.Source.Id,
            ticks,
            first,
            entry.Count,
            entry.Size - RecordHeader.Size,
            0,
            entry.AttachedBytes > 0);
        RecordHeader.Write(record, header, seed);
        Length += entry.Size;
        End = first + entry.Count;
        LastTicks = Math.Max(LastTicks, ticks);
        _appends[Count++] = append;
        if (_sourceIds.Add(entry.Source.Id))
        {
            _sources.Add(entry.Source);
        }
    }

    /// <summary>The value of a checkpoint; as long as the group is not completed.</summary>
    public ReadOnlySpan<byte> ValueOf(in GatheredCheckpoint checkpoint)
        => _records.AsSpan(checkpoint.At, checkpoint.Length);

    /// <summary>Tells all callers, in order, that their data are durable, and empties the group.</summary>
    public void Complete()
    {
        for (var i = 0; i < Count; i++)
        {
            _appends[i].Complete();
        }

        Clear();
    }

    /// <summary>Tells all callers that their data were not made durable, and empties the group.</summary>
    public void Fail(Exception fault)
    {
        for (var i = 0; i < Count; i++)
        {
            _appends[i].Fail(fault);
        }

        Clear();
    }

    private void Attach(Span<byte> payload, in AppendEntry entry)
    {
        if (entry.AttachedBytes == 0)
        {
            return;
        }

        var at = Attachments.Begin(payload, entry.AttachedBytes);
        foreach (ref readonly var checkpoint in entry.Checkpoints.Span)
        {
            var valueAt = Attachments.WriteCheckpoint(payload, ref at, checkpoint.Key, checkpoint.Value.Span);
            _checkpoints.Add(new GatheredCheckpoint(
                entry.Source, checkpoint.Key, Length + RecordHeader.Size + valueAt, checkpoint.Value.Length));
        }

        if (entry.File is { } file)
        {
            Attachments.WriteFile(payload, ref at, file);
            _files.Add(file);
        }
    }

    private void Reserve(int bytes)
    {
        var needed = Length + bytes;
        if (needed > _records.Length)
        {
            Array.Resize(ref _records, (int)Math.Max(needed, Math.Min(2L * _records.Length, keepBytes)));
        }

        if (Count == _appends.Length)
        {
            Array.Resize(ref _appends, 2 * Count);
        }
    }

    private void Clear()
    {
        Array.Clear(_appends, 0, Count);
        if (_records.Length > keepBytes)
        {
            // One huge record must not hold its memory for ever.
            _records = new byte[Math.Min(FirstBytes, keepBytes)];
        }

        _sources.Clear();
        _sourceIds.Clear();
        _marks.Clear();
        _checkpoints.Clear();
        _files.Clear();
        Count = 0;
        Length = 0;
    }
}

/// <summary>A checkpoint in a group, and where in the group's records its value lies.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GatheredCheckpoint(JournalSource Source, string Key, int At, int Length);
