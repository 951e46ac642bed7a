using System.Diagnostics.CodeAnalysis;
using Meridian.Journal.Appending;
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
    SegmentWriter file,
    ILogger logger) : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Segment> _doomed = [];
    private AppendQueue _queue = null!;
    [SuppressMessage("Usage", "CA2213", Justification = "The journal owns it and disposes it first.")]
    private CursorTable _cursors = null!;

    private AppendGroup? _group;
    private ITimer? _retryTimer;
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
    private long _fsyncs;

    /// <summary>The position after the last durable datum.</summary>
    public long End => Volatile.Read(ref _end);

    public string? Fault => _fault;

    public long Groups => Volatile.Read(ref _groups);

    public long Appends => Volatile.Read(ref _appends);

    public long Data => Volatile.Read(ref _data);

    public long Faults => Volatile.Read(ref _faults);

    public long Fsyncs => Volatile.Read(ref _fsyncs);

    /// <summary>Starts the thread. Its task ends after <see cref="Stop"/>, when all that gathered is durable.</summary>
    public Task RunAsync(AppendQueue queue, CursorTable cursors, long end)
    {
        _queue = queue;
        _cursors = cursors;
        _end = end;
        _ = _queue.SetDiskBytes(segments.TotalLength());
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
        file.Dispose();
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

    private void StoreGroups(bool isStopping)
    {
        while (!_isPausing && (_group ??= _queue.Take()) is { } group)
        {
            if (!TryStore(group))
            {
                Pause(isStopping);
                return;
            }

            _group = null;
            Resume();
            Account(group);
            _cursors.SignalReaders();
            group.Complete();
            _queue.Recycle(group);
            if (_cursors.IsDue)
            {
                Maintain(isStopping: false);
            }
        }
    }

    private void Account(AppendGroup group)
    {
        Volatile.Write(ref _groups, _groups + 1);
        Volatile.Write(ref _appends, _appends + group.Count);
        Volatile.Write(ref _data, _data + group.End - group.First);
        Volatile.Write(ref _fsyncs, file.Fsyncs + _cursors.Fsyncs);
        Volatile.Write(ref _end, group.End);
        _ = _queue.SetDiskBytes(segments.TotalLength());
    }

    private void Maintain(bool isStopping)
    {
        if (_cursors.ShallPersist(isStopping))
        {
            if (!TryDo(_cursors.Persist))
            {
                _cursors.PersistLater();
            }
            else if (_group is null)
            {
                Resume();
            }
        }

        DeletePassed();
        if (_queue.IsFull && _group is null && segments.Newest is { } newest && newest.First < End
            && _cursors.HaveAllPassed(End) && TryDo(_cursors.Persist) && TryDo(() => file.Roll(End)))
        {
            // All is delivered, but it lies in the segment that is being written: only a new one sets it free.
            DeletePassed();
        }

        Volatile.Write(ref _fsyncs, file.Fsyncs + _cursors.Fsyncs);
        if (_queue.IsFull || _queue.WaitingCount > 0)
        {
            if (_queue.SetDiskBytes(segments.TotalLength() + (_group?.Length ?? 0)) && !_isPausing)
            {
                // What this has let in wants to be written.
                Wake();
            }
        }
    }

    private void DeletePassed()
    {
        while (_cursors.TryTrim(segments) is { } oldest)
        {
            _doomed.Enqueue(oldest);
        }

        // One after the other and each made durable: a later segment that is gone while an earlier one is still there
        // would bring back what a failed write left in the earlier one.
        while (_doomed.TryPeek(out var doomed) && TryDo(() => Delete(doomed.Name)))
        {
            _ = _doomed.Dequeue();
        }
    }

    private void Delete(string name)
    {
        storage.Delete(name);
        storage.SyncFolder();
        LogDeleted(name);
    }

    private bool TryStore(AppendGroup group)
    {
        try
        {
            file.Store(group);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note(e);
            return false;
        }
    }

    private bool TryDo(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note(e);
            return false;
        }
    }

    private void Note(Exception fault)
    {
        if (_fault is null)
        {
            LogFault(fault, storage.Folder);
        }

        _fault = fault.Message;
        Volatile.Write(ref _faults, _faults + 1);
    }

    private void Pause(bool isStopping)
    {
        if (isStopping)
        {
            return;
        }

        _isPausing = true;
        _retryTimer ??= time.CreateTimer(
            static state => ((JournalWriter)state!).EndPause(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _ = _retryTimer.Change(_retryDelay, Timeout.InfiniteTimeSpan);
        _retryDelay = TimeSpan.FromTicks(Math.Min(2 * _retryDelay.Ticks, JournalLimits.MaxRetryDelay.Ticks));
    }

    private void EndPause()
    {
        _isPausing = false;
        Wake();
    }

    private void Resume()
    {
        if (_fault is not null)
        {
            _fault = null;
            _retryDelay = options.RetryDelay;
            LogHealed(storage.Folder);
        }
    }

    [LoggerMessage(EventIds.Fault, LogLevel.Error,
        "The journal '{Folder}' cannot write. Nothing is acknowledged until it can; it keeps trying.")]
    private partial void LogFault(Exception fault, string folder);

    [LoggerMessage(EventIds.Healed, LogLevel.Warning, "The journal '{Folder}' writes again; nothing was lost.")]
    private partial void LogHealed(string folder);

    [LoggerMessage(EventIds.Deleted, LogLevel.Debug, "The segment '{Segment}' was deleted; all cursors passed it.")]
    private partial void LogDeleted(string segment);
}
