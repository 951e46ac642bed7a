using System.Collections.Concurrent;
using Meridian.Journal.Books;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;
using Microsoft.Extensions.Logging;

namespace Meridian.Journal.Writing;

/// <summary>
/// What the writer does besides writing: holds cursors to their limits, deletes what all have passed after carrying the
/// books forward, sets damage aside, keeps the index and the reserved space. Each piece fails alone.
/// </summary>
internal sealed partial class Housekeeping(
    IJournalStorage storage,
    JournalOptions options,
    TimeProvider time,
    SegmentList segments,
    SegmentWriter file,
    JournalBooks books,
    SpaceReserve reserve,
    IndexWriter index,
    ILogger logger)
{
    private const int MaxDamageWaiting = 1024;

    private readonly Queue<Segment> _doomed = [];
    private readonly Queue<Guid> _doomedFiles = [];
    private readonly ConcurrentQueue<(Segment Segment, DamagedRange Range)> _damage = new();
    private readonly DamagedFolder _damaged = new(storage);
    private bool _isReserveTried;

    /// <summary>Takes note of damage that a reader met, to be set aside. From any thread.</summary>
    public void NoteDamage(Segment segment, DamagedRange range)
    {
        if (_damage.Count < MaxDamageWaiting)
        {
            _damage.Enqueue((segment, range));
        }
    }

    /// <summary>Does what is due.</summary>
    /// <param name="end">The position after the last durable datum.</param>
    /// <param name="isFull">Whether appends wait for room.</param>
    /// <param name="isGroupPending">Whether a group could not be written yet.</param>
    /// <param name="attempt">Does a piece of work; false when the disk refused.</param>
    /// <returns>Whether segments were deleted, so that there may be more to do.</returns>
    public bool Run(long end, bool isFull, bool isGroupPending, Func<Action, bool> attempt)
    {
        var oldest = segments.Oldest;
        SetDamageAside(attempt);
        Drop(end, isFull, attempt);
        DeletePassed(end, isFull, attempt);
        if (ShallRoll(end, isFull, isGroupPending))
        {
            Roll(end, isFull, attempt);
        }

        if (segments.Newest is { } newest && index.IsDue(newest))
        {
            Finish(end, attempt);
            _isReserveTried = false;
        }

        if (reserve.IsMissing && !_isReserveTried)
        {
            // Once per segment begun or deleted: a full disk is not asked all the time.
            _isReserveTried = true;
            _ = attempt(reserve.Make);
        }

        return segments.Oldest != oldest;
    }

    /// <summary>Leaves the index as of the end.</summary>
    public void Finish(long end, Func<Action, bool> attempt)
    {
        if (segments.Newest is { } newest)
        {
            _ = attempt(() => index.Write(books, newest, end));
        }
    }

    /// <summary>Begins a new segment, so that the one before may go too.</summary>
    public void Roll(long end, bool isFull, Func<Action, bool> attempt)
    {
        if (Store(books.Gather(end), end, attempt) && attempt(() => file.Roll(end)))
        {
            // All is delivered or may be dropped, but it lies in the segment that is being written: only a new one sets
            // it free.
            Drop(end, isFull, attempt);
            DeletePassed(end, isFull, attempt);
        }
    }

    private bool ShallRoll(long end, bool isFull, bool isGroupPending)
    {
        if (isGroupPending || segments.Newest is not { } newest || newest.First >= end)
        {
            return false;
        }

        // Age counts by whole segments: at a slow pace one must not be filled for weeks.
        var age = time.GetUtcNow().UtcTicks - newest.CreatedTicks;
        return (isFull && books.Cursors.MayAllPass(end, segments))
            || (options.MaxSegmentAge is { } most && age > most.Ticks);
    }

    private bool Store(RecordBuilder records, long end, Func<Action, bool> attempt) => attempt(() =>
        books.Accept(records.Length > 0 ? file.Store(records, group: null, end) : segments.Newest));

    private void Drop(long end, bool isFull, Func<Action, bool> attempt)
    {
        var dropped = books.Cursors.DropLate(segments, end, isFull);
        foreach (var (name, from, to) in dropped)
        {
            LogDropped(name, to - from, from, to - 1);
        }

        if (dropped.Count > 0)
        {
            _ = Store(books.Gather(end), end, attempt);
        }
    }

    private void DeletePassed(long end, bool isFull, Func<Action, bool> attempt)
    {
        if (FindLastToGo(isFull) is { } last
            && (!books.IsHeldBy(last.Ordinal) || Store(books.Carry(last.Ordinal, end), end, attempt)))
        {
            while (segments.Contains(last) && books.Cursors.TryTrim(segments) is { } oldest)
            {
                _doomed.Enqueue(oldest);
            }
        }

        // One after the other and each made durable: a later segment that is gone while an earlier one is still there
        // would bring back what a failed write left in the earlier one.
        while (_doomed.TryPeek(out var doomed) && Delete(doomed, attempt))
        {
            _ = _doomed.Dequeue();
            _isReserveTried = false;
        }

        while (_doomedFiles.TryPeek(out var id) && DeleteFile(id, attempt))
        {
            _ = _doomedFiles.Dequeue();
        }
    }

    // All that may go goes at once: what is carried out of one must not be carried out of the next one again.
    private Segment? FindLastToGo(bool isFull)
    {
        Segment? last = null;
        var all = segments.Snapshot;
        var now = time.GetUtcNow();
        for (var i = 0; i + 1 < all.Count && books.Cursors.HaveAllPassed(all[i + 1]); i++)
        {
            all[i].PassedAt ??= now;
            last = isFull || now - all[i].PassedAt >= options.KeepPassed ? all[i] : last;
        }

        return last;
    }

    private bool Delete(Segment doomed, Func<Action, bool> attempt)
    {
        var isDeleted = attempt(() =>
        {
            storage.Delete(doomed.Name);
            storage.SyncFolder();
        });
        if (isDeleted)
        {
            LogDeleted(doomed.Name);
            foreach (var id in books.Files.Remove(doomed.Ordinal))
            {
                _doomedFiles.Enqueue(id);
            }
        }

        return isDeleted;
    }

    private bool DeleteFile(Guid id, Func<Action, bool> attempt)
        => attempt(() => storage.Delete(JournalFileNames.File(id)));

    private void SetDamageAside(Func<Action, bool> attempt)
    {
        while (_damage.TryDequeue(out var damage))
        {
            if (segments.Contains(damage.Segment))
            {
                Copy(damage.Segment, damage.Range, attempt);
            }
        }
    }

    private void Copy(Segment segment, DamagedRange range, Func<Action, bool> attempt)
        => _ = attempt(() => _damaged.Copy(segment.Name, range.Offset, range.Length));

    [LoggerMessage(EventIds.Deleted, LogLevel.Debug, "The segment '{Segment}' was deleted; all cursors passed it.")]
    private partial void LogDeleted(string segment);

    [LoggerMessage(EventIds.Dropped, LogLevel.Error,
        "Cursor '{Cursor}' was too far behind: {Count} data, {First} to {Last}, were dropped unread.")]
    private partial void LogDropped(string cursor, long count, long first, long last);
}
