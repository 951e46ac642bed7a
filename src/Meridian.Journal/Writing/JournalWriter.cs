using Meridian.Journal.Appending;
using Meridian.Journal.Books;
using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;
using Microsoft.Extensions.Logging;

namespace Meridian.Journal.Writing;

/// <summary>
/// The one thread that changes files: it makes groups durable, stores commits and deletes segments. It blocks in writes
/// and flushes, therefore it has a thread of its own. A refusing disk stops none of its duties: the group in hand is
/// tried again with growing pauses while commits are stored and segments deleted, which may be what makes room.
/// </summary>
internal sealed partial class JournalWriter(
    IJournalStorage storage,
    JournalOptions options,
    TimeProvider time,
    SegmentList segments,
    JournalTelemetry telemetry,
    ILogger logger) : IDisposable
{
    private readonly object _gate = new();
    private AppendQueue _queue = null!;
    private GatherPause _gatherPause = null!;
    private SegmentWriter _file = null!;
    private IndexWriter _index = null!;
    private JournalBooks _books = null!;
    private Housekeeping _housekeeping = null!;
    private Func<Action, bool> _tryDo = null!;
    private readonly Lock _holdGate = new();
    private AppendHold _hold = AppendHold.None;

    private AppendGroup? _group;
    private TaskCompletionSource? _roll;
    private ITimer? _retryTimer;
    private ITimer? _ageTimer;
    private ITimer? _gatherTimer;
    private TimeSpan _retryDelay = options.RetryDelay;
    private bool _isWoken;
    private bool _isStopping;

    // Written by the writer's thread, read by all.
    private long _end;
    private volatile string? _fault;
    private volatile bool _isPausing;
    private long _groups;
    private long _appends;
    private long _data;
    private long _faults;
    private long _storedBytes;
    private long _fsyncs;

    /// <summary>The position after the last durable datum.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>How many bytes of records became durable since the journal was opened.</summary>
    public long StoredBytes => Volatile.Read(ref _storedBytes);

    public string? Fault => _fault;

    public long Groups => Volatile.Read(ref _groups);

    public long Appends => Volatile.Read(ref _appends);

    public long Data => Volatile.Read(ref _data);

    public long Faults => Volatile.Read(ref _faults);

    public long Fsyncs => Volatile.Read(ref _fsyncs);

    /// <summary>The cursor that lets appends wait; null when none does.</summary>
    public string? HoldingCursor => Volatile.Read(ref _hold).Cursor;

    /// <summary>Starts the thread. Its task ends after <see cref="Stop"/>, when all that gathered is durable.</summary>
    public Task RunAsync(AppendQueue queue, SegmentWriter file, IndexWriter index, JournalBooks books,
        Housekeeping housekeeping, long end)
    {
        (_queue, _file, _index, _books, _housekeeping) = (queue, file, index, books, housekeeping);
        _gatherPause = new GatherPause(time, () => queue.GatheredCount);
        _tryDo = TryDo;
        _end = end;
        _ = _queue.SetDiskBytes(DiskBytes);
        _ageTimer = time.CreateTimer(
            static state => ((JournalWriter)state!).Wake(), this, options.AgePeriod, options.AgePeriod);

        // What the start found may be due for a commit, a slot of the index, a deletion.
        Wake();
        return Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Lets the writer look around: something gathered, is due, or came free.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Lets the writer begin a new segment and delete what all have passed.</summary>
    public Task RollAsync()
    {
        var roll = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _roll, roll);
        Wake();
        return roll.Task;
    }

    /// <summary>Lets the writer finish what gathered and end.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
        }

        Wake();
    }

    public void Dispose()
    {
        _retryTimer?.Dispose();
        _ageTimer?.Dispose();
        _gatherTimer?.Dispose();
        _file.Dispose();
        _index.Dispose();
    }

    private void Run()
    {
        try
        {
            bool isStopping;
            do
            {
                isStopping = WaitUntilWoken();
                _isPausing &= !isStopping;
                StoreGroups(isStopping);
                Maintain(isStopping);
                RollIfAsked();
            }
            while (!isStopping);
        }
        finally
        {
            // Also on a fault nobody foresaw: no caller may wait for a thread that is gone.
            var closed = new JournalClosedException();
            _queue.Close(closed);
            _group?.Fail(closed);
            _queue.Take()?.Fail(closed);
        }
    }

    private bool WaitUntilWoken()
    {
        lock (_gate)
        {
            while (!_isWoken)
            {
                _ = Monitor.Wait(_gate);
            }

            _isWoken = false;
            return _isStopping;
        }
    }

    private long DiskBytes => segments.TotalLength() + _books.Files.Bytes;

    private void StoreGroups(bool isStopping)
    {
        while (!_isPausing && (_group ??= TakeGroup(isStopping)) is { } group)
        {
            if (!TryStore(group))
            {
                Pause(isStopping);
                return;
            }

            _group = null;
            Resume();
            Account(group);
            _books.Cursors.SignalReaders();
            group.Complete();
            _queue.Recycle(group);
            UpdateHold();
            if (_books.Cursors.IsDue || _index.IsDue(segments.Newest!))
            {
                Maintain(isStopping: false);
            }
        }
    }

    private AppendGroup? TakeGroup(bool isStopping)
    {
        if (!isStopping && options.GatherTime > TimeSpan.Zero && _queue.UntilDue() is var left && left > TimeSpan.Zero)
        {
            _gatherTimer ??= MakeTimer(static writer => writer.Wake());
            _ = _gatherTimer.Change(left, Timeout.InfiniteTimeSpan);
            return null;
        }

        if (!isStopping)
        {
            _gatherPause.Wait();
        }

        return _queue.Take();
    }

    private bool TryStore(AppendGroup group)
    {
        try
        {
            // Commits that are due go along: one fsync for both.
            var books = _books.Cursors.ShallPersist(always: false) ? _books.Gather(group.First) : null;
            var started = time.GetTimestamp();
            var segment = _file.Store(books, group, group.First);
            var took = time.GetElapsedTime(started);
            telemetry.Stored(group, took);
            _gatherPause.Note(group.Count, took);
            if (books is not null)
            {
                _books.Accept(segment);
            }

            _books.Apply(group, segment);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note(e);
            return false;
        }
    }

    private void Account(AppendGroup group)
    {
        Volatile.Write(ref _groups, _groups + 1);
        Volatile.Write(ref _appends, _appends + group.Count);
        Volatile.Write(ref _data, _data + group.End - group.First);
        Volatile.Write(ref _fsyncs, _file.Fsyncs + _index.Fsyncs);
        Volatile.Write(ref _storedBytes, _storedBytes + group.Length);
        Volatile.Write(ref _end, group.End);
        _ = _queue.SetDiskBytes(DiskBytes);
    }

    private void Maintain(bool isStopping)
    {
        var faultsBefore = _faults;
        var cursors = _books.Cursors;
        if (cursors.ShallPersist(isStopping || WouldMakeRoom(cursors)))
        {
            if (!TryDo(StoreBooks))
            {
                cursors.PersistLater();
            }
        }

        var hasMore = _housekeeping.Run(End, _queue.IsFull, _group is not null, _tryDo);
        if (isStopping)
        {
            _housekeeping.Finish(End, _tryDo);
        }

        if (_group is null && _faults == faultsBefore)
        {
            // What failed before was done now, or is done no more.
            Resume();
        }

        Volatile.Write(ref _fsyncs, _file.Fsyncs + _index.Fsyncs);
        UpdateHold();
        var hasWaited = _queue.IsFull || _queue.WaitingCount > 0;
        var hasGathered = _queue.SetDiskBytes(DiskBytes + (_group?.Length ?? 0));
        if (hasWaited && ((hasGathered && !_isPausing) || (hasMore && _queue.IsFull)))
        {
            // What this has let in wants to be written; what it has not let in wants more room.
            Wake();
        }
    }

    // Commits that are on no disk yet set nothing free; where appends wait for room, they must not wait for them too.
    private bool WouldMakeRoom(CursorTable cursors)
        => _queue.IsFull && segments.SecondOldest is { } second && cursors.HaveAllPassed(second.First);

    private void RollIfAsked()
    {
        if (Interlocked.Exchange(ref _roll, null) is not { } roll)
        {
            return;
        }

        _housekeeping.Roll(End, isFull: false, _tryDo);
        _ = _queue.SetDiskBytes(DiskBytes);
        if (_fault is { } fault)
        {
            roll.SetException(new IOException(fault));
        }
        else
        {
            roll.SetResult();
        }
    }

    private void StoreBooks()
    {
        var records = _books.Gather(End);
        _books.Accept(records.Length > 0 ? _file.Store(records, group: null, End) : segments.Newest);
    }

    /// <summary>Lets those wait that have to by now, and nobody else. By any thread.</summary>
    public void UpdateHold()
    {
        lock (_holdGate)
        {
            var hold = _books.Cursors.FindHold(segments, End);
            if (!hold.Holds(_hold))
            {
                // Told only when it holds: who is told may rely on it.
                var hasGathered = _queue.SetHold(hold);
                Volatile.Write(ref _hold, hold);
                if (hasGathered)
                {
                    Wake();
                }
            }
        }
    }
}
