using System.Buffers;
using Meridian.Journal;
using Meridian.Journal.Cursors;
using Meridian.Readings;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Norths;

/// <summary>
/// What one read of the journal holds for one North: its readings with their positions, in order, without those of
/// Souths that
/// are not routed here and those that lie in quarantine already. Its arrays are used again for the next read.
/// </summary>
internal sealed class PendingReadings(Func<string, bool> isRouted, Func<long, bool> isQuarantined)
{
    private readonly ReadingsDecoder _decoder = new();
    private readonly ArrayBufferWriter<Reading> _decoded = new();
    private readonly Queue<PendingFile> _files = [];
    private Reading[] _readings = [];
    private long[] _positions = [];
    private int _first;
    private int _end;

    /// <summary>How many are left.</summary>
    public int Count => _end - _first;

    /// <summary>Where the read ends; everything before it is here or was passed over.</summary>
    public JournalPosition End { get; private set; }

    /// <summary>The readings that are left.</summary>
    public ReadOnlyMemory<Reading> Readings => _readings.AsMemory(_first, Count);

    /// <summary>Their positions.</summary>
    public ReadOnlyMemory<long> Positions => _positions.AsMemory(_first, Count);

    /// <summary>The first file that is left, with its position; null when there is none.</summary>
    public PendingFile? NextFile => _files.TryPeek(out var file) ? file : null;

    /// <summary>How many of the readings that are left come before a file.</summary>
    public int CountBefore(PendingFile file)
    {
        var at = Positions.Span.BinarySearch(file.Position);
        return at < 0 ? ~at : at;
    }

    /// <summary>Forgets everything: the next read begins.</summary>
    public void Clear()
    {
        _first = _end = 0;
        _files.Clear();
    }

    /// <summary>Takes in a read.</summary>
    /// <param name="batch">What the journal gave, lent until the next read.</param>
    /// <param name="from">
    /// Where the cursor stands; what lies before it in the first record was delivered already.
    /// </param>
    public void Add(JournalBatch batch, JournalPosition from)
    {
        End = batch.End;
        foreach (var record in batch)
        {
            if (!isRouted(record.Source.Name))
            {
                continue;
            }

            if (record.ContentType == RecordContent.Readings)
            {
                Add(record, from.Value);
            }
            else if (record.ContentType == RecordContent.File
                && record.First.Value >= from.Value
                && !isQuarantined(record.First.Value)
                && record.GetFile() is { } file)
            {
                _files.Enqueue(new PendingFile(record.First.Value, file));
            }
        }
    }

    /// <summary>Forgets the first file: its fate is known.</summary>
    public void PassFile() => _ = _files.Dequeue();

    /// <summary>Forgets the first readings: their fate is known.</summary>
    public void Pass(int count) => _first += count;

    /// <summary>Takes out what went into quarantine; the others close up.</summary>
    public void RemoveQuarantined()
    {
        var kept = _first;
        for (var i = _first; i < _end; i++)
        {
            if (!isQuarantined(_positions[i]))
            {
                _positions[kept] = _positions[i];
                _readings[kept++] = _readings[i];
            }
        }

        _end = kept;
    }

    private void Add(JournalRecord record, long from)
    {
        _decoded.ResetWrittenCount();
        var count = _decoder.Decode(record.Payload.Span, _decoded);
        if (_readings.Length < _end + count)
        {
            var length = Math.Max(_end + count, 2 * _readings.Length);
            Array.Resize(ref _readings, length);
            Array.Resize(ref _positions, length);
        }

        var readings = _decoded.WrittenSpan;
        for (var i = 0; i < count; i++)
        {
            var position = record.First.Value + i;
            if (position >= from && !isQuarantined(position))
            {
                _positions[_end] = position;
                _readings[_end++] = readings[i];
            }
        }
    }
}

/// <summary>A file on its way to a North.</summary>
/// <param name="Position">Its position in the journal.</param>
/// <param name="File">Where the journal keeps it.</param>
internal sealed record PendingFile(long Position, JournalFile File);
