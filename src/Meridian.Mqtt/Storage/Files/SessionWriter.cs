namespace Meridian.Mqtt.Storage.Files;

/// <summary>
/// Brings changes to the log in groups: what comes while one group is written and flushed is the next group. Any thread
/// notes; one work item at a time writes.
/// </summary>
internal sealed class SessionWriter(SessionLog log, FileSessionStoreOptions options, IDisposable held)
    : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _bytesOfKey = log.LiveSizes();
    private ChangeGroup _gathering = new(log.Seed);
    private ChangeGroup? _spare;
    private long _liveBytes = log.LiveBytes;
    private long _failures;
    private bool _isRunning;
    private bool _mustRest;
    private bool _isClosed;
    private TaskCompletionSource? _idle;

    public FileSessionStoreStatus Status
    {
        get
        {
            lock (_gate)
            {
                return log.Status with
                {
                    Publications = _bytesOfKey.Count,
                    LiveBytes = _liveBytes,
                    FailedWrites = _failures,
                };
            }
        }
    }

    public bool HasRoomFor(MqttStoredPublication publication)
    {
        var bytes = RecordFrame.Size + PublicationContent.Measure(publication);
        lock (_gate)
        {
            return HasRoomFor(bytes);
        }
    }

    public ValueTask AddAsync(MqttStoredPublication publication)
    {
        var bytes = RecordFrame.Size + PublicationContent.Measure(publication);
        lock (_gate)
        {
            DemandOpen();
            if (!HasRoomFor(bytes))
            {
                throw new MqttStoreException(
                    $"The session store is full: a message of {bytes} bytes comes on top of {_liveBytes}, of which "
                    + $"{options.MaxBytes / 2} may wait. Raise MaxBytes or choose what happens when it is full.");
            }

            _bytesOfKey.Add(publication.Key, bytes);
            _liveBytes += bytes;
            _gathering.Add(publication);
            var durable = _gathering.DurableAsync();
            Start();
            return FreeIfFailedAsync(durable, publication.Key);
        }
    }

    public void Note(MqttSessionChange change)
    {
        lock (_gate)
        {
            DemandOpen();
            _gathering.Note(change);
            if (change.Kind == MqttSessionChangeKind.Done)
            {
                Free(change.Key);
            }

            Start();
        }
    }

    public ValueTask FlushAsync()
    {
        lock (_gate)
        {
            DemandOpen();
            if (_gathering.Length == 0 && !_isRunning && log.IsAllDurable)
            {
                return ValueTask.CompletedTask;
            }

            var durable = _gathering.DurableAsync();
            Start();
            return new ValueTask(durable);
        }
    }

    public async ValueTask CloseAsync()
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            Task idle;
            lock (_gate)
            {
                _isClosed = true;
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                idle = _isRunning ? _idle.Task : Task.CompletedTask;
            }

            await idle.ConfigureAwait(false);
            log.Dispose();
            held.Dispose();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake(out var group))
        {
            Store(group);
        }
    }

    private async ValueTask FreeIfFailedAsync(Task durable, ulong key)
    {
        try
        {
            await durable.ConfigureAwait(false);
        }
        catch
        {
            lock (_gate)
            {
                Free(key);
            }

            throw;
        }
    }

    private bool HasRoomFor(int bytes) => _liveBytes + bytes <= options.MaxBytes / 2;

    private void Free(ulong key)
    {
        if (_bytesOfKey.Remove(key, out var bytes))
        {
            _liveBytes -= bytes;
        }
    }

    private void Start()
    {
        if (!_isRunning)
        {
            _isRunning = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private bool TryTake(out ChangeGroup group)
    {
        lock (_gate)
        {
            group = _gathering;
            if (!group.IsAwaited && (group.Length == 0 || _mustRest))
            {
                _mustRest = false;
                _isRunning = false;
                _idle?.TrySetResult();
                return false;
            }

            _mustRest = false;
            _gathering = _spare ?? new ChangeGroup(log.Seed);
            _spare = null;
            return true;
        }
    }

    private void Store(ChangeGroup group)
    {
        try
        {
            log.Store(group);
            group.Succeed();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Return([.. log.TakeUnsynced(), .. group.Changes]);
            group.Fail(new MqttStoreException($"The session store could not write: {error.Message}", inner: error));
        }

        try
        {
            log.Compact();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What should have been copied forward still lies where it lay; the next group tries again.
            Return([.. log.TakeUnsynced()]);
        }

        group.Reset();
        lock (_gate)
        {
            _spare = group;
        }
    }

    /// <summary>Changes whose writing failed go first in the next group.</summary>
    private void Return(IReadOnlyList<MqttSessionChange> changes)
    {
        lock (_gate)
        {
            _failures++;
            if (changes.Count > 0)
            {
                _gathering.NoteFirst(changes);
            }

            // A disk that refuses is not asked again and again: only when somebody waits, or with the next change.
            _mustRest = !_gathering.IsAwaited;
        }
    }

    private void DemandOpen()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException("The session store is not open.");
        }
    }
}
