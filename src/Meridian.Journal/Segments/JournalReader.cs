using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Segments;

/// <summary>
/// Reads consecutive records for one cursor, from segment to segment. Belongs to the cursor's reader alone; takes
/// nothing from the writer but the list of segments and their durable lengths.
/// </summary>
internal sealed class JournalReader(
    IJournalStorage storage, SegmentList segments, SourceTable sources, uint seed, Action<long> onDamage) : IDisposable
{
    private Segment? _segment;
    private RecordWindow? _window;
    private SegmentDefinitions _definitions = new(sources);
    private long _reportedDamage;

    /// <summary>Gives what lies at or after <paramref name="next"/> and before <paramref name="end"/>.</summary>
    /// <returns>False when no record is there.</returns>
    public bool TryFill(JournalBatch batch, long next, long end, JournalReadLimits limits)
    {
        if (_segment is null && !TryOpenFirst(next))
        {
            return false;
        }

        while (true)
        {
            // The successor is asked for before the length: a segment that has one does not grow any more.
            var successor = segments.After(_segment!);
            var isFilled = Fill(batch, next, Math.Min(end, successor?.First ?? long.MaxValue), limits);
            ReportDamage(successor is null || isFilled ? 0 : Math.Max(0, _segment!.Length - _window!.Offset));
            if (isFilled || successor is null)
            {
                return isFilled;
            }

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
        _window = new RecordWindow(file, seed, segment.OffsetOf(next, SegmentHeader.Size));
        _definitions = new SegmentDefinitions(sources);
        _segment = segment;
        _reportedDamage = 0;
    }

    private bool Fill(JournalBatch batch, long next, long end, JournalReadLimits limits)
    {
        var window = _window!;
        window.WindowBytes = limits.Bytes;
        var limit = _segment!.Length;
        batch.Begin(window);
        long data = 0;
        while (window.Next(limit, mayMove: batch.RecordCount == 0, out var header, out var at) == RecordStep.Record)
        {
            if (header.Type == RecordType.Source)
            {
                _definitions.Learn(header, window.Lend(at + RecordHeader.Size, header.PayloadLength).Span);
            }

            if (header.Type != RecordType.Content || header.End <= next)
            {
                continue;
            }

            // Beyond the end lies what is durable but not yet told, or what a failed write left.
            if (header.End > end || (batch.RecordCount > 0 && data + header.Count > limits.Data))
            {
                window.Unread(header);
                break;
            }

            data += header.Count;
            batch.Add(at, header, _definitions.Resolve(header.Source, _segment.UsesOwnIds), next);
        }

        return batch.RecordCount > 0;
    }

    private void ReportDamage(long tail)
    {
        var damage = _window!.DamagedBytes + tail;
        if (damage > _reportedDamage)
        {
            onDamage(damage - _reportedDamage);
            _reportedDamage = damage;
        }
    }
}
