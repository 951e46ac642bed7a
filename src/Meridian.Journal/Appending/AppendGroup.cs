using Meridian.Journal.Format;

namespace Meridian.Journal.Appending;

/// <summary>
/// Appends that become durable together: their records, encoded, and whoever waits for them. Owned by
/// <see cref="AppendQueue"/> while it gathers, by the writer from then on.
/// </summary>
internal sealed class AppendGroup(int keepBytes)
{
    private const int FirstBytes = 4096;

    private byte[] _records = new byte[Math.Min(FirstBytes, keepBytes)];
    private PendingAppend[] _appends = new PendingAppend[16];
    private readonly List<JournalSource> _sources = [];
    private readonly HashSet<uint> _sourceIds = [];

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

    /// <summary>The sources of the records, each once: what a segment must define before them.</summary>
    public List<JournalSource> Sources => _sources;

    /// <summary>Encodes one more record.</summary>
    public void Add(PendingAppend append, in AppendEntry entry, long first, long ticks, uint seed)
    {
        if (Count == 0)
        {
            First = first;
        }

        Reserve(entry.Size);
        var record = _records.AsSpan(Length, entry.Size);
        entry.Payload.Span.CopyTo(record[RecordHeader.Size..]);
        var header = new RecordHeader(
            RecordType.Content, entry.ContentType, entry.Source.Id, ticks, first, entry.Count, entry.Payload.Length, 0);
        RecordHeader.Write(record, header, seed);
        Length += entry.Size;
        End = first + entry.Count;
        _appends[Count++] = append;
        if (_sourceIds.Add(entry.Source.Id))
        {
            _sources.Add(entry.Source);
        }
    }

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
        Count = 0;
        Length = 0;
    }
}
