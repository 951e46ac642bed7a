using Meridian.Journal.Format;

namespace Meridian.Journal.Cursors;

/// <summary>
/// All cursors. Anyone commits; only the writer's thread stores commits and trims segments. Invariant: a segment leaves
/// the list only when the commits on disk have passed it, and a cursor that is being opened at the oldest datum is in
/// the table before that is asked.
/// </summary>
internal sealed partial class CursorTable : IDisposable
{
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly Action _wake;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CursorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Removal> _removals = new(StringComparer.Ordinal);
    private readonly List<(long Version, TaskCompletionSource Done)> _flushes = [];
    private readonly List<(CursorEntry Entry, StoredCursor Stored, long Version)> _gathered = [];
    private readonly List<Removal> _gatheredRemovals = [];
    private ITimer? _timer;
    private long _version;
    private long _gatheredVersion;
    private long _persistedVersion;

    // What is to be stored without waiting for more. Stays due until it is on disk, whatever it was gathered with.
    private long _dueVersion;
    private bool _isArmed;
    private bool _isHolding;
    private bool _hasLimits;
    private bool _isClosed;

    public CursorTable(JournalOptions options, TimeProvider time, Action wake, IEnumerable<StoredCursor> found)
    {
        _options = options;
        _time = time;
        _wake = wake;
        foreach (var stored in found)
        {
            if (stored.IsRemoved)
            {
                _removals.Add(stored.Name, new Removal(stored.Name) { Stored = stored });
                continue;
            }

            var entry = new CursorEntry(stored.Name, stored.Committed, [.. stored.State])
            {
                Stored = stored,
                Dropped = stored.Dropped,
            };
            if (stored.Ordinal == 0)
            {
                // Known from the cursor slots of version 1 or moved by the start: no record tells it yet.
                entry.Version = ++_version;
                _dueVersion = _version;
            }

            _entries.Add(stored.Name, entry);
        }
    }

    /// <summary>Whether the writer shall look at the cursors.</summary>
    public bool IsDue => Volatile.Read(ref _dueVersion) > Volatile.Read(ref _persistedVersion);

    /// <summary>Opens a cursor, made with <paramref name="start"/> when it is new.</summary>
    public JournalCursor Open(
        string name, JournalCursorOptions options, Func<long> start, Func<CursorEntry, JournalCursor> make)
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

                entry = new CursorEntry(name, start(), []) { Version = ++_version };
                _entries.Add(name, entry);

                // Its record will be the newer one, so the removal need not be told any more.
                _ = _removals.Remove(name);
                MakeDue();
            }

            if (entry.Cursor is null)
            {
                entry.Options = options;
                _hasLimits |= options.HasLimit;
                entry.Cursor = make(entry);
                if (IsDue || _hasLimits)
                {
                    _wake();
                }
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

            _removals[name] = new Removal(name) { Version = ++_version };
            MakeDue();
            entry.Cursor?.End();
        }

        _wake();
        return true;
    }

    /// <summary>Moves a commit.</summary>
    /// <param name="entry">Of which cursor.</param>
    /// <param name="position">The first datum that is not done with.</param>
    /// <param name="state">What goes with it.</param>
    /// <param name="end">The end of what is durable.</param>
    /// <param name="boundary">Where the second oldest segment begins; passing it may set the oldest free.</param>
    public void Commit(CursorEntry entry, long position, ReadOnlySpan<byte> state, long end, long? boundary)
    {
        bool isUrgent;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(JournalLog));
            if (position < entry.Committed && entry.Dropped.Count > 0 && position > entry.Dropped.First.Value)
            {
                // It was made to pass this while its reader was at work there: what was dropped stays counted so.
                return;
            }

            if (position < entry.Committed || position > end)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(position),
                    position,
                    $"Cursor '{entry.Name}' may commit from {entry.Committed} to {end}; it never goes back.");
            }

            isUrgent = position - entry.Persisted >= _options.CursorLag
                || (entry.Committed < boundary && position >= boundary);
            entry.Committed = position;
            if (entry.State.Length < state.Length)
            {
                entry.State = new byte[state.Length];
            }

            state.CopyTo(entry.State);
            entry.StateLength = state.Length;
            entry.Version = ++_version;
            if (isUrgent)
            {
                MakeDue();
            }

            isUrgent |= _isHolding;
            Arm();
        }

        if (isUrgent)
        {
            _wake();
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
            MakeDue();
        }

        _wake();
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
                    e.Dropped,
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
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void MakeDue() => Volatile.Write(ref _dueVersion, _version);

    private void Arm()
    {
        if (_isArmed || _isClosed)
        {
            return;
        }

        _isArmed = true;
        _timer ??= _time.CreateTimer(
            static state => ((CursorTable)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = _timer.Change(_options.CursorDelay, Timeout.InfiniteTimeSpan);
    }

    private void OnDue()
    {
        lock (_gate)
        {
            _isArmed = false;
            MakeDue();
        }

        _wake();
    }

    /// <summary>That a cursor is gone; kept until no index slot can bring it back.</summary>
    private sealed class Removal(string name)
    {
        public string Name { get; } = name;

        public long Version { get; init; }

        public long StoredVersion { get; set; }

        public StoredCursor? Stored { get; set; }

        public int SlotsSince { get; set; }
    }
}
