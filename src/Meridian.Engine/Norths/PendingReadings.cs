using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Engine.Backfills;
using Meridian.Engine.Groups;
using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Telemetry;
using Meridian.Journal;
using Meridian.Journal.Cursors;
using Meridian.Readings;
using Meridian.Sdk.Readings;
using Meridian.Transforms;

namespace Meridian.Engine.Norths;

/// <summary>
/// What one read of the journal holds for one North, transformed: readings with their positions, in order, without
/// those of Souths that are not routed here and those that lie in quarantine already. Several readings may share a
/// position. Its arrays are used again for the next read.
/// </summary>
/// <param name="isRouted">Whether a South's data are for this North.</param>
/// <param name="isQuarantined">Whether a position lies in the North's quarantine.</param>
/// <param name="transforms">The North's transforms; null for none.</param>
internal sealed class PendingReadings(
    Func<string, bool> isRouted, Func<long, bool> isQuarantined, TransformStage? transforms)
{
    private readonly ReadingsDecoder _decoder = new();
    private readonly ArrayBufferWriter<Reading> _decoded = new();
    private readonly Queue<PendingFile> _files = [];
    private readonly GroupRuns _groups = new();
    private readonly List<long> _filtered = [];
    private readonly List<FilterReason> _reasons = [];
    private Reading[] _readings = [];
    private long[] _positions = [];
    private bool[] _isDerived = [];
    private int _first;
    private int _end;

    /// <summary>When what was read came to the disk.</summary>
    public RecordTimes Times { get; init; } = new();

    /// <summary>How many are left.</summary>
    public int Count => _end - _first;

    /// <summary>Where the read ends; everything before it is here or was passed over.</summary>
    public JournalPosition End { get; private set; }

    /// <summary>The readings that are left.</summary>
    public ReadOnlyMemory<Reading> Readings => _readings.AsMemory(_first, Count);

    /// <summary>Their positions.</summary>
    public ReadOnlyMemory<long> Positions => _positions.AsMemory(_first, Count);

    /// <summary>Of each, whether a transform made it, so that its position stands for another.</summary>
    public ReadOnlySpan<bool> IsDerived => _isDerived.AsSpan(_first, Count);

    /// <summary>The first file that is left, with its position; null when there is none.</summary>
    public PendingFile? NextFile => _files.TryPeek(out var file) ? file : null;

    /// <summary>How many of the readings that are left come before a file.</summary>
    public int CountBefore(PendingFile file)
    {
        // No reading has a file's position.
        return ~Positions.Span.BinarySearch(file.Position);
    }

    /// <summary>
    /// The most readings from the front, up to so many, that leave none of their positions behind; where the first
    /// position alone has more, all of those.
    /// </summary>
    public int Whole(int most)
    {
        if (WholeWithin(most) is > 0 and var whole)
        {
            return whole;
        }

        var positions = Positions.Span;
        var count = 1;
        while (count < positions.Length && positions[count] == positions[0])
        {
            count++;
        }

        return count;
    }

    /// <summary>The same, or none where the first position has more.</summary>
    public int WholeWithin(int most)
    {
        var count = Math.Min(most, Count);
        var positions = Positions.Span;
        while (count > 0 && count < positions.Length && positions[count - 1] == positions[count])
        {
            count--;
        }

        return count;
    }

    /// <summary>The most readings from the front, up to so many, within so many bytes; the first in any case.</summary>
    public int WithinBytes(int most, long bytes)
    {
        if (bytes == long.MaxValue)
        {
            return most;
        }

        var readings = Readings.Span;
        var count = Math.Min(most, readings.Length);
        var size = 0L;
        for (var i = 0; i < count; i++)
        {
            size += ReadingSize.Of(readings[i]);
            if (size > bytes && i > 0)
            {
                return i;
            }
        }

        return count;
    }

    /// <summary>What transforms took out from one position to another.</summary>
    public FilteredCounts FilteredBetween(long from, long to)
    {
        var begin = LowerBound(from);
        return FilteredCounts.Of(CollectionsMarshal.AsSpan(_reasons)[begin..Math.Max(begin, LowerBound(to))]);
    }

    /// <summary>Forgets everything: the next read begins.</summary>
    public void Clear()
    {
        _first = _end = 0;
        Times.Clear();
        _files.Clear();
        _filtered.Clear();
        _reasons.Clear();
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

            Times.Add(record, from.Value);
            if (record.ContentType == RecordContent.Readings)
            {
                _groups.Clear();
                Add(record, record.Payload.Span, from.Value);
            }
            else if (record.ContentType == RecordContent.GroupedReadings)
            {
                var begin = _groups.Read(record.Payload.Span);
                Add(record, record.Payload.Span[begin..], from.Value);
            }
            else if (record.ContentType == RecordContent.File
                && record.First.Value >= from.Value
                && !isQuarantined(record.First.Value)
                && record.GetFile() is { } file)
            {
                _files.Enqueue(new PendingFile(record.First.Value, file));
            }
        }

        if (transforms is not null)
        {
            transforms.Passed(batch.End);
            TakeTransformed(transforms.Result, from.Value);
        }
    }

    /// <summary>Forgets the first file: its fate is known.</summary>
    public void PassFile() => _ = _files.Dequeue();

    /// <summary>Forgets the first readings: their fate is known.</summary>
    public void Pass(int count) => _first += count;

    /// <summary>Forgets what lies before a position: the cursor was made to pass it.</summary>
    public void PassBefore(long position)
    {
        while (_first < _end && _positions[_first] < position)
        {
            _first++;
        }

        while (_files.TryPeek(out var file) && file.Position < position)
        {
            _ = _files.Dequeue();
        }
    }

    /// <summary>Takes out what went into quarantine, by index; the others close up.</summary>
    /// <param name="isRefused">Whether the reading at an index is one of those.</param>
    public void Remove(Func<int, bool> isRefused)
    {
        var kept = _first;
        for (var i = _first; i < _end; i++)
        {
            if (!isRefused(i - _first))
            {
                _positions[kept] = _positions[i];
                _isDerived[kept] = _isDerived[i];
                _readings[kept++] = _readings[i];
            }
        }

        _end = kept;
    }

    private void Add(JournalRecord record, ReadOnlySpan<byte> payload, long from)
    {
        _decoded.ResetWrittenCount();
        var count = _decoder.Decode(payload, _decoded);
        var readings = _decoded.WrittenSpan;
        if (transforms is not null)
        {
            var groups = _groups.Begin();
            var south = BackfillSource.SouthOf(record.Source.Name);
            for (var i = 0; i < count; i++)
            {
                transforms.Run(readings[i], record.First.Value + i, south, groups.Next());
            }

            return;
        }

        MakeRoom(count);
        for (var i = 0; i < count; i++)
        {
            var position = record.First.Value + i;
            if (position >= from && !isQuarantined(position))
            {
                Put(readings[i], position, isDerived: false);
            }
        }
    }

    /// <summary>What ran again only to remember it has its fate already.</summary>
    private void TakeTransformed(TransformResult result, long from)
    {
        var readings = result.Readings.Span;
        var positions = result.Positions.Span;
        var isDerived = result.IsDerived.Span;
        MakeRoom(readings.Length);
        for (var i = 0; i < readings.Length; i++)
        {
            if (positions[i] >= from && (isDerived[i] || !isQuarantined(positions[i])))
            {
                Put(readings[i], positions[i], isDerived[i]);
            }
        }

        var filtered = result.Filtered.Span;
        var reasons = result.Reasons.Span;
        for (var i = 0; i < filtered.Length; i++)
        {
            if (filtered[i] >= from)
            {
                _filtered.Add(filtered[i]);
                _reasons.Add(reasons[i]);
            }
        }

        result.Clear();
    }

    private void MakeRoom(int count)
    {
        if (_readings.Length < _end + count)
        {
            var length = Math.Max(_end + count, 2 * _readings.Length);
            Array.Resize(ref _readings, length);
            Array.Resize(ref _positions, length);
            Array.Resize(ref _isDerived, length);
        }
    }

    private void Put(in Reading reading, long position, bool isDerived)
    {
        _positions[_end] = position;
        _isDerived[_end] = isDerived;
        _readings[_end++] = reading;
    }

    private int LowerBound(long position)
    {
        var at = _filtered.BinarySearch(position);
        return at < 0 ? ~at : at;
    }
}

/// <summary>A file on its way to a North.</summary>
/// <param name="Position">Its position in the journal.</param>
/// <param name="File">Where the journal keeps it.</param>
internal sealed record PendingFile(long Position, JournalFile File);
