using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Engine.Backfills;
using Meridian.Engine.Groups;
using Meridian.Engine.Norths.Sending;
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
    private readonly List<SouthRun> _souths = [];
    private BatchRange _repeated;

    /// <summary>When what was read came to the disk.</summary>
    public RecordTimes Times { get; init; } = new();

    /// <summary>The readings that are left.</summary>
    public ReadingQueue Queue { get; } = new();

    /// <summary>Where the data of each South begin in what was read, by ascending position.</summary>
    public IReadOnlyList<SouthRun> Souths => _souths;

    /// <summary>Where the read ends; everything before it is here or was passed over.</summary>
    public JournalPosition End { get; private set; }

    /// <summary>The first file that is left, with its position; null when there is none.</summary>
    public PendingFile? NextFile => _files.TryPeek(out var file) ? file : null;

    /// <summary>What transforms took out from one position to another.</summary>
    public FilteredCounts FilteredBetween(long from, long to)
    {
        var begin = LowerBound(from);
        return FilteredCounts.Of(CollectionsMarshal.AsSpan(_reasons)[begin..Math.Max(begin, LowerBound(to))]);
    }

    /// <summary>Forgets everything: the next read begins.</summary>
    /// <param name="repeated">The batch that is to be read as it was; none where nothing may be on its way.</param>
    public void Clear(BatchRange repeated = default)
    {
        _repeated = repeated;
        Queue.Clear();
        Times.Clear();
        _souths.Clear();
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
            NoteSouth(record);
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

    /// <summary>Forgets what lies before a position: the cursor was made to pass it.</summary>
    public void PassBefore(long position)
    {
        Queue.PassBefore(position);
        while (_files.TryPeek(out var file) && file.Position < position)
        {
            _ = _files.Dequeue();
        }
    }

    /// <summary>
    /// Everything of the repeated batch was read: what of it lies in quarantine by now stays, for it went there after
    /// the first try. Where there are not as many readings as there were then, it went there before, and is taken out.
    /// </summary>
    public void EndRepeat()
    {
        if (Queue.CountBefore(_repeated.Last + 1) - Queue.CountBefore(_repeated.First) != _repeated.Count)
        {
            Queue.Remove(index => !Queue.IsDerived[index] && isQuarantined(Queue.Positions.Span[index]));
        }
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

        Queue.MakeRoom(count);
        for (var i = 0; i < count; i++)
        {
            var position = record.First.Value + i;
            if (position >= from && IsSent(position))
            {
                Queue.Put(readings[i], position, isDerived: false);
            }
        }
    }

    /// <summary>What ran again only to remember it has its fate already.</summary>
    private void TakeTransformed(TransformResult result, long from)
    {
        var readings = result.Readings.Span;
        var positions = result.Positions.Span;
        var isDerived = result.IsDerived.Span;
        Queue.MakeRoom(readings.Length);
        for (var i = 0; i < readings.Length; i++)
        {
            if (positions[i] >= from && (isDerived[i] || IsSent(positions[i])))
            {
                Queue.Put(readings[i], positions[i], isDerived[i]);
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

    private bool IsSent(long position) => !isQuarantined(position) || _repeated.Contains(position);

    private void NoteSouth(JournalRecord record)
    {
        var south = BackfillSource.SouthOf(record.Source.Name);
        if (_souths is [] || !string.Equals(_souths[^1].South, south, StringComparison.Ordinal))
        {
            _souths.Add(new SouthRun(record.First.Value, south));
        }
    }

    private int LowerBound(long position)
    {
        var at = _filtered.BinarySearch(position);
        return at < 0 ? ~at : at;
    }
}

/// <summary>From where the data are those of a South, until the next such run.</summary>
/// <param name="First">The position of the first.</param>
/// <param name="South">The South.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SouthRun(long First, string South);

/// <summary>A file on its way to a North.</summary>
/// <param name="Position">Its position in the journal.</param>
/// <param name="File">Where the journal keeps it.</param>
internal sealed record PendingFile(long Position, JournalFile File);
