using System.Buffers;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Cursors;

/// <summary>
/// All cursors, and their two slots on disk. Anyone commits; only the writer's thread persists and trims. Invariant: a
/// segment leaves the list only when the commits on disk have passed it, and a cursor that is being opened at the
/// oldest
/// datum is in the table before that is asked.
/// </summary>
internal sealed class CursorTable(
    IJournalStorage storage, JournalOptions options, TimeProvider time, Action wake, CursorSlot slot) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CursorEntry> _entries = slot.Cursors.ToDictionary(
        static c => c.Name, static c => new CursorEntry(c.Name, c.Committed, c.State), StringComparer.Ordinal);
    private readonly List<(long Version, TaskCompletionSource Done)> _flushes = [];
    private readonly IJournalFile?[] _files = new IJournalFile?[2];
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private ITimer? _timer;
    private ulong _sequence = slot.Sequence;
    private long _version;
    private long _persistedVersion;
    private bool _isArmed;
    private bool _isDue;
    private bool _isClosed;

    /// <summary>How many fsyncs succeeded. Of the writer's thread.</summary>
    public long Fsyncs { get; private set; }

    /// <summary>Whether the writer shall look at the cursors.</summary>
    public bool IsDue => Volatile.Read(ref _isDue);

    /// <summary>Opens a cursor, made with <paramref name="start"/> when it is new.</summary>
    public JournalCursor Open(string name, Func<long> start, Func<CursorEntry, JournalCursor> make)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(JournalLog));
            if (!_entries.TryGetValue(name, out var entry))
            {
                if (_entries.Count >= JournalLimits.MaxCursors)
                {
                    throw new InvalidOperationException(
                        $"The journal has {JournalLimits.MaxCursors} cursors, no more are possible; remove one first.");
                }

                entry = new CursorEntry(name, start(), []);
                _entries.Add(name, entry);
                _version++;
                _isDue = true;
            }

            entry.Cursor ??= make(entry);
            if (_isDue)
            {
                wake();
            }

            return entry.Cursor;
        }
    }

    /// <summary>Forgets a cursor.</summary>
    public bool Remove(string name)
    {
        lock (_gate)
        {
            if (!_entries.Remove(name, out var entry))
            {
                return false;
            }

            _version++;
            _isDue = true;
            entry.Cursor?.End();
        }

        wake();
        return true;
    }

    /// <summary>Moves a commit.</summary>
    /// <param name="entry">Of which cursor.</param>
    /// <param name="position">The first datum that is not done with.</param>
    /// <param name="state">What goes with it.</param>
    /// <param name="end">The end of what is durable.</param>
    /// <param name="boundary">Where the second oldest segment begins; passing it may set the oldest free.</param>
    /// <param name="isFull">Whether appends wait for what this commit may set free.</param>
    public void Commit(
        CursorEntry entry, long position, ReadOnlySpan<byte> state, long end, long? boundary, bool isFull)
    {
        bool isUrgent;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(JournalLog));
            if (position < entry.Committed || position > end)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(position),
                    position,
                    $"Cursor '{entry.Name}' may commit from {entry.Committed} to {end}; it never goes back.");
            }

            isUrgent = position - entry.Persisted >= options.CursorLag
                || (entry.Committed < boundary && position >= boundary)
                || (isFull && position == end);
            entry.Committed = position;
            if (entry.State.Length < state.Length)
            {
                entry.State = new byte[state.Length];
            }

            state.CopyTo(entry.State);
            entry.StateLength = state.Length;
            _version++;
            _isDue |= isUrgent;
            Arm();
        }

        if (isUrgent)
        {
            wake();
        }
    }

    /// <summary>Reads an entry.</summary>
    public T Read<T>(CursorEntry entry, Func<CursorEntry, T> read)
    {
        lock (_gate)
        {
            return read(entry);
        }
    }

    /// <summary>Completes when all commits so far are on disk.</summary>
    public Task FlushAsync()
    {
        TaskCompletionSource done;
        lock (_gate)
        {
            if (_persistedVersion >= _version)
            {
                return Task.CompletedTask;
            }

            ObjectDisposedException.ThrowIf(_isClosed, typeof(JournalLog));
            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _flushes.Add((_version, done));
            _isDue = true;
        }

        wake();
        return done.Task;
    }

    /// <summary>All cursors at this moment.</summary>
    public IReadOnlyList<JournalCursorStatus> Snapshot(long end)
    {
        lock (_gate)
        {
            return [.. _entries.Values.OrderBy(static e => e.Name, StringComparer.Ordinal).Select(e =>
                new JournalCursorStatus(
                    e.Name,
                    new JournalPosition(e.Committed),
                    new JournalPosition(e.Persisted),
                    Math.Max(0, end - e.Committed),
                    e.Cursor is not null))];
        }
    }

    /// <summary>The cursor that is furthest behind.</summary>
    public string? Last()
    {
        lock (_gate)
        {
            return _entries.Values.MinBy(static e => e.Committed)?.Name;
        }
    }

    /// <summary>Tells all readers that more is durable.</summary>
    public void SignalReaders()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Cursor?.Signal();
            }
        }
    }

    /// <summary>Whether there are commits to persist now.</summary>
    public bool ShallPersist(bool always)
    {
        lock (_gate)
        {
            return (_isDue || always) && _persistedVersion < _version;
        }
    }

    /// <summary>Tries again after a failure, when the next commit would have been due.</summary>
    public void PersistLater()
    {
        lock (_gate)
        {
            Arm();
        }
    }

    /// <summary>Writes all commits to the slot whose turn it is.</summary>
    /// <exception cref="IOException">They are not on disk; the other slot is untouched.</exception>
    public void Persist()
    {
        CursorSlot next;
        long version;
        lock (_gate)
        {
            _isDue = false;
            version = _version;
            next = new CursorSlot(slot.Journal, _sequence + 1, [.. _entries.Values.Select(static e =>
                new StoredCursor(e.Name, e.Committed, e.State[..e.StateLength]))]);
        }

        next.Encode(_buffer);
        var index = (int)(next.Sequence % 2);
        var name = JournalFileNames.CursorSlots[index];
        var file = _files[index] ??= storage.List().Contains(name, StringComparer.Ordinal)
            ? storage.Open(name, writable: true)
            : storage.Create(name);

        // Written whole each time: after a failed flush the same bytes are written, not only flushed, once more.
        file.Write(_buffer.WrittenSpan, 0);
        file.Sync();
        Fsyncs++;
        if (next.Sequence - slot.Sequence <= 2)
        {
            storage.SyncFolder();
            Fsyncs++;
        }

        Accept(next, version);
    }

    /// <summary>Whether all commits on disk have reached <paramref name="position"/>; false without cursors.</summary>
    public bool HaveAllPassed(long position)
    {
        lock (_gate)
        {
            return HaveAllPassedCore(position, static e => e.Committed);
        }
    }

    /// <summary>Takes the oldest segment out of the list when every commit on disk has passed it.</summary>
    /// <returns>The segment, whose file may be deleted; null when there is none.</returns>
    public Segment? TryTrim(SegmentList segments)
    {
        lock (_gate)
        {
            if (segments.SecondOldest is not { } second || !HaveAllPassedCore(second.First, static e => e.Persisted))
            {
                return null;
            }

            var oldest = segments.Oldest!;
            segments.Remove(oldest);
            return oldest;
        }
    }

    /// <summary>Ends all reads that wait; commits are refused from now on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var entry in _entries.Values)
            {
                entry.Cursor?.End();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, done) in _flushes)
            {
                _ = done.TrySetException(new Faults.JournalClosedException());
            }

            _flushes.Clear();
        }

        _timer?.Dispose();
        _files[0]?.Dispose();
        _files[1]?.Dispose();
    }

    private void Accept(CursorSlot stored, long version)
    {
        lock (_gate)
        {
            _sequence = stored.Sequence;
            _persistedVersion = version;
            foreach (var cursor in stored.Cursors)
            {
                if (_entries.TryGetValue(cursor.Name, out var entry))
                {
                    entry.Persisted = Math.Max(entry.Persisted, cursor.Committed);
                }
            }

            for (var i = _flushes.Count - 1; i >= 0; i--)
            {
                if (_flushes[i].Version <= version)
                {
                    _flushes[i].Done.SetResult();
                    _flushes.RemoveAt(i);
                }
            }
        }
    }

    private bool HaveAllPassedCore(long position, Func<CursorEntry, long> place)
        => _entries.Count > 0 && _entries.Values.All(e => place(e) >= position);

    private void Arm()
    {
        if (_isArmed || _isClosed)
        {
            return;
        }

        _isArmed = true;
        _timer ??= time.CreateTimer(
            static state => ((CursorTable)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = _timer.Change(options.CursorDelay, Timeout.InfiniteTimeSpan);
    }

    private void OnDue()
    {
        lock (_gate)
        {
            _isArmed = false;
            _isDue = true;
        }

        wake();
    }
}
