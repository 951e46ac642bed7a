using System.Buffers;
using Meridian.Journal.Format;

namespace Meridian.Journal.Books;

/// <summary>Records without data, encoded, and the sources that they need defined. Belongs to the writer's
/// thread.</summary>
internal sealed class RecordBuilder(uint seed, TimeProvider time)
{
    private const int KeepBytes = 1 << 20;

    private readonly ArrayBufferWriter<byte> _payload = new();
    private ArrayBufferWriter<byte> _records = new();

    /// <summary>The encoded records.</summary>
    public ReadOnlySpan<byte> Records => _records.WrittenSpan;

    /// <summary>Bytes of the encoded records.</summary>
    public int Length => _records.WrittenCount;

    /// <summary>The sources of the records.</summary>
    public List<JournalSource> Sources { get; } = [];

    /// <summary>The payload of the next record, to be written before <see cref="Add"/>.</summary>
    public ArrayBufferWriter<byte> Payload => _payload;

    /// <summary>Makes a record of the payload.</summary>
    public void Add(RecordType type, JournalSource? source, long first)
    {
        var size = RecordHeader.Size + _payload.WrittenCount;
        var record = _records.GetSpan(size)[..size];
        _payload.WrittenSpan.CopyTo(record[RecordHeader.Size..]);
        var header = new RecordHeader(
            type,
            0,
            source?.Id ?? 0,
            time.GetUtcNow().UtcTicks,
            first,
            0,
            _payload.WrittenCount,
            0,
            type == RecordType.Checkpoint);
        RecordHeader.Write(record, header, seed);
        _records.Advance(size);
        _payload.ResetWrittenCount();
        if (source is not null && !Sources.Contains(source))
        {
            Sources.Add(source);
        }
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        if (_records.Capacity > KeepBytes)
        {
            _records = new ArrayBufferWriter<byte>();
        }

        _records.ResetWrittenCount();
        Sources.Clear();
    }
}
