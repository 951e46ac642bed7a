using System.Diagnostics.CodeAnalysis;
using Meridian.Journal.Faults;

namespace Meridian.Journal.Appending;

/// <summary>
/// Where callers meet the writer. Appends gather in one group under a short lock while the writer makes the other one
/// durable; when memory or disk have no room they wait in line, and none overtakes another.
/// </summary>
internal sealed class AppendQueue(JournalOptions options, TimeProvider time, uint seed, long next, Action wake)
{
    private const int PoolSize = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<PendingAppend> _waiting = [];
    private readonly Queue<PendingAppend> _held = [];
    private readonly Stack<PendingAppend> _pool = [];
    private AppendGroup _gathering = new(options.GatherBytes);
    private AppendGroup? _spare = new(options.GatherBytes);
    private long _next = next;
    private long _diskBytes;
    private long _gatherStarted;
    private int _waitingCount;
    private bool _isFull;
    private AppendHold _hold = AppendHold.None;
    private Exception? _closed;

    /// <summary>Appends that wait for room.</summary>
    public int WaitingCount => Volatile.Read(ref _waitingCount);

    /// <summary>Appends that the next group would have. For the thread that takes the groups; read without the lock,
    /// so it is soon outdated.</summary>
    public int GatheredCount => _gathering.Count;

    /// <summary>Whether appends wait for room on disk.</summary>
    public bool IsFull => Volatile.Read(ref _isFull);

    /// <summary>Bytes on disk and on their way there.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _diskBytes + _gathering.Length;
            }
        }
    }

    /// <summary>Gathers an entry, or lines it up when there is no room.</summary>
    public ValueTask<JournalPosition> AppendAsync(in AppendEntry entry, CancellationToken ct)
    {
        PendingAppend append;
        bool wakes;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return ValueTask.FromException<JournalPosition>(_closed);
            }

            append = _pool.TryPop(out var pooled) ? pooled : new PendingAppend(this);
            wakes = _gathering.Count == 0;
            if (_hold.Covers(entry.Source))
            {
                LineUp(_held, append, entry, ct);
            }
            else if (_waiting.Count == 0 && HasRoom(entry.Size))
            {
                Gather(append, entry);
            }
            else
            {
                // What waits for the memory of a group lets the group go.
                LineUp(_waiting, append, entry, ct);
                wakes = true;
            }
        }

        if (wakes)
        {
            wake();
        }

        return new ValueTask<JournalPosition>(append, append.Version);
    }

    /// <summary>How long the group that gathers may still wait for more; zero when it is due or empty.</summary>
    public TimeSpan UntilDue()
    {
        lock (_gate)
        {
            return _gathering.Count == 0 || _waitingCount > 0
                ? TimeSpan.Zero
                : options.GatherTime - time.GetElapsedTime(_gatherStarted);
        }
    }

    /// <summary>Takes what has gathered; null when nothing has. The group comes back with
    /// <see cref="Recycle"/>.</summary>
    public AppendGroup? Take()
    {
        lock (_gate)
        {
            if (_gathering.Count == 0)
            {
                Admit();
            }

            if (_gathering.Count == 0)
            {
                return null;
            }

            var group = _gathering;
            _gathering = _spare ?? new AppendGroup(options.GatherBytes);
            _spare = null;
            _diskBytes += group.Length;
            Admit();
            return group;
        }
    }

    /// <summary>Gives an empty group back.</summary>
    public void Recycle(AppendGroup group)
    {
        lock (_gate)
        {
            _spare ??= group;
        }
    }

    /// <summary>Tells how many bytes the segments have now; what waited for the disk may gather.</summary>
    /// <returns>Whether something has gathered.</returns>
    public bool SetDiskBytes(long bytes)
    {
        lock (_gate)
        {
            _diskBytes = bytes;
            Admit();
            return _gathering.Count > 0;
        }
    }

    /// <summary>Lets the appends of some sources wait, because a cursor that must see them all is too far behind; none
    /// of the same source overtakes another.</summary>
    /// <returns>Whether something has gathered.</returns>
    public bool SetHold(AppendHold hold)
    {
        lock (_gate)
        {
            _hold = hold;
            for (var count = _held.Count; count > 0; count--)
            {
                var append = _held.Dequeue();
                if (!append.IsWaiting)
                {
                    continue;
                }

                (hold.Covers(append.Entry.Source) ? _held : _waiting).Enqueue(append);
            }

            Admit();
            return _gathering.Count > 0;
        }
    }

    /// <summary>Ends appending: what has gathered is still written, what waits for room fails.</summary>
    public void Close(Exception? reason = null)
    {
        lock (_gate)
        {
            _closed ??= reason ?? new JournalClosedException();
            while (TryLeaveLine(_waiting, out var append) || TryLeaveLine(_held, out append))
            {
                append.Fail(_closed);
            }
        }
    }

    /// <summary>Takes a completed append back into the pool.</summary>
    public void Return(PendingAppend append)
    {
        lock (_gate)
        {
            if (_pool.Count < PoolSize)
            {
                _pool.Push(append);
            }
        }
    }

    private bool HasRoom(int size)
    {
        var isFull = _diskBytes + _gathering.Length + size > options.MaxBytes;
        Volatile.Write(ref _isFull, isFull);
        return !isFull && (_gathering.Count == 0 || _gathering.Length + (long)size <= options.GatherBytes);
    }

    private void Gather(PendingAppend append, in AppendEntry entry)
    {
        append.First = _next;
        _gatherStarted = _gathering.Count == 0 ? time.GetTimestamp() : _gatherStarted;
        _gathering.Add(append, entry, _next, time.GetUtcNow().UtcTicks, seed);
        _next += entry.Count;
    }

    private void LineUp(Queue<PendingAppend> line, PendingAppend append, in AppendEntry entry, CancellationToken ct)
    {
        append.Entry = entry;
        append.IsWaiting = true;
        line.Enqueue(append);
        _waitingCount++;
        if (ct.CanBeCanceled)
        {
            append.IsPooled = false;
            append.Registration = ct.UnsafeRegister(
                static (state, token) => ((PendingAppend)state!).Withdraw(token), append);
        }
    }

    /// <summary>Takes an append out of the line because its caller gave up.</summary>
    public void Withdraw(PendingAppend append, CancellationToken ct)
    {
        lock (_gate)
        {
            if (!append.IsWaiting)
            {
                return;
            }

            // It stays in the line as an empty place, which the next admission steps over.
            append.IsWaiting = false;
            append.Entry = default;
            _waitingCount--;
        }

        append.Fail(new OperationCanceledException(ct));
        wake();
    }

    private void Admit()
    {
        while (_waiting.TryPeek(out var append))
        {
            if (append.IsWaiting && !HasRoom(append.Entry.Size))
            {
                return;
            }

            if (append.IsWaiting)
            {
                var entry = append.Entry;
                _ = TryLeaveLine(_waiting, out append);
                Gather(append!, entry);
            }
            else
            {
                _ = _waiting.Dequeue();
            }
        }

        Volatile.Write(ref _isFull, false);
    }

    private bool TryLeaveLine(Queue<PendingAppend> line, [NotNullWhen(true)] out PendingAppend? append)
    {
        while (line.TryDequeue(out append))
        {
            if (append.IsWaiting)
            {
                append.IsWaiting = false;
                append.Entry = default;
                _ = append.Registration.Unregister();
                _waitingCount--;
                return true;
            }
        }

        return false;
    }
}
