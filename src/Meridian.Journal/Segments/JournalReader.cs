using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Segments;

/// <summary>
/// Reads consecutive records for one cursor, from segment to segment. Belongs to the cursor's reader alone; takes
/// nothing from the writer but the list of segments and their durable lengths.
/// </summary>
internal sealed class JournalReader(
    IJournalStorage storage,
    SegmentList segments,
    SourceTable sources,
    uint seed,
    Action<Segment, DamagedRange> onDamage,
    Action<long> onMissing,
    IReadOnlySet<string>? wanted = null) : IDisposable
{
    private Segment? _segment;
    private RecordWindow? _window;
    private SegmentDefinitions _definitions = new(sources);
    private bool _usesOwnIds;
    private bool _isTailReported;
    private long _next;
    private long _end;
    private long _skippedTo;
    private long _seenTo;

    /// <summary>Gives what lies at or after <paramref name="next"/> and before <paramref name="end"/>.</summary>
    /// <returns>
    /// False when nothing is there. A reader of few sources may give a batch without records, whose end lies behind
    /// what it has passed.
    /// </returns>
    public bool TryFill(JournalBatch batch, long next, long end, JournalReadLimits limits)
    {
        var begin = next;
        if (_segment is null && !TryOpenFirst(next))
        {
            return false;
        }

        while (true)
        {
            // The successor is asked for before the length: a segment that has one does not grow any more.
            var successor = segments.After(_segment!);
            Fill(batch, next, Math.Min(end, successor?.First ?? long.MaxValue), limits);
            ReportDamage(isFinished: successor is not null && batch.RecordCount == 0);
            if (batch.RecordCount > 0 || successor is null)
            {
                batch.BeginAt(begin);
                return batch.RecordCount > 0 || batch.End.Value > begin;
            }

            next = Math.Max(next, batch.End.Value);
            ReportMissing(successor.First);

            // If it is gone, the next turn finds the one after it.
            _ = TryOpen(successor, next);
        }
    }

    /// <summary>Forgets the place; the next read looks for its position anew.</summary>
    public void Reset()
    {
        _window?.Dispose();
        _window = null;
        _segment = null;
    }

    public void Dispose() => Reset();

    private bool TryOpenFirst(long next)
    {
        while (segments.Find(next) is { } segment)
        {
            if (TryOpen(segment, next))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens a segment; false when it was deleted since the list was asked, so that the list knows better now.
    /// That happens to a reader that is behind its own cursor's commit.</summary>
    private bool TryOpen(Segment segment, long next)
    {
        try
        {
            Open(segment, next);
            return true;
        }
        catch (FileNotFoundException) when (!segments.Contains(segment))
        {
            return false;
        }
    }

    private void Open(Segment segment, long next)
    {
        var file = storage.Open(segment.Name, writable: false);
        Reset();
        _definitions = new SegmentDefinitions(sources);
        _usesOwnIds = segment.Marks is not null;
        _segment = segment;
        _isTailReported = false;
        _seenTo = Math.Max(next, segment.First);
        _window = new RecordWindow(file, seed, OffsetOf(segment, file, next));
        if (wanted is not null)
        {
            _window.IsWanted = IsWanted;
        }
    }

    private long OffsetOf(Segment segment, IJournalFile file, long next)
    {
        if (segment.Marks is { } marks)
        {
            return marks.OffsetOf(next);
        }

        if (next <= segment.First || SealRecord.TryLoad(file, segment.Length, seed) is not { } seal)
        {
            return SegmentHeader.Size;
        }

        foreach (var (id, name) in seal.Sources)
        {
            _definitions.Learn(id, name);
        }

        return SegmentMarks.OffsetOf(seal.Entries, next);
    }

    private void Fill(JournalBatch batch, long next, long end, JournalReadLimits limits)
    {
        var window = _window!;
        window.WindowBytes = limits.Bytes;
        var limit = _segment!.Length;
        batch.Begin(window, next);
        (_next, _end, _skippedTo) = (next, end, next);
        long data = 0;
        while (window.Next(limit, mayMove: batch.RecordCount == 0, out var header, out var at) == RecordStep.Record)
        {
            if (header.Type == RecordType.Source)
            {
                _definitions.Learn(header.Source, window.Lend(at + RecordHeader.Size, header.PayloadLength).Span);
            }

            if (header.Type != RecordType.Content || header.End <= next)
            {
                continue;
            }

            // Beyond the end lies what is durable but not yet told, or what a failed write left.
            if (header.End > end || (batch.RecordCount > 0 && data + header.Count > limits.Data)
                || batch.RecordCount == limits.Records)
            {
                window.Unread(header);
                break;
            }

            data += header.Count;
            _seenTo = header.End;
            batch.Add(at, header, Resolve(header.Source), next);
        }

        batch.Extend(_skippedTo);
    }

    private JournalSource Resolve(uint id) => _definitions.Resolve(id, _usesOwnIds);

    private bool IsWanted(RecordHeader header)
    {
        if (header.Type != RecordType.Content || header.End > _end || header.End <= _next
            || wanted!.Contains(Resolve(header.Source).Name))
        {
            return true;
        }

        _skippedTo = Math.Max(_skippedTo, header.End);
        _seenTo = Math.Max(_seenTo, header.End);
        return false;
    }

    // The next segment begins where this one ended when it was written.
    private void ReportMissing(long end)
    {
        if (_seenTo < end)
        {
            onMissing(end - _seenTo);
            _seenTo = end;
        }
    }

    private void ReportDamage(bool isFinished)
    {
        var window = _window!;
        foreach (var range in window.Damage)
        {
            onDamage(_segment!, range);
        }

        window.Damage.Clear();
        var tail = _segment!.Length - window.Offset;
        if (!isFinished || tail <= 0 || _isTailReported)
        {
            return;
        }

        // A good record there is what a failed write left: it lies in the next segment again.
        _isTailReported = true;
        window.IsWanted = null;
        if (window.Next(_segment.Length, mayMove: true, out _, out _) == RecordStep.End
            && !window.IsBlank(_segment.Length))
        {
            onDamage(_segment, new DamagedRange(window.Offset, _segment.Length - window.Offset));
        }
    }
}
