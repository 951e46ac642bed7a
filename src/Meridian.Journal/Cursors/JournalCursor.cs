using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meridian.Journal.Segments;

namespace Meridian.Journal.Cursors;

/// <summary>
/// A named reader of a journal. It knows two places: <see cref="Next"/>, where it reads on, and
/// <see cref="Committed"/>, where it starts again after a restart. Segments behind the commit of every cursor are
/// deleted. One reader at a time; <see cref="Commit"/> and the properties may be used by any thread.
/// </summary>
public sealed class JournalCursor
{
    private readonly JournalLog _log;
    private readonly CursorTable _table;
    private readonly CursorEntry _entry;
    private readonly JournalReader _reader;
    private readonly JournalBatch _batch = new();
    private readonly CursorSignal _signal = new();
    private long _next;
    private long _floor;
    private long _bytesRead;
    private volatile bool _isEnded;

    internal JournalCursor(JournalLog log, CursorTable table, CursorEntry entry, JournalReader reader)
    {
        _log = log;
        _table = table;
        _entry = entry;
        _reader = reader;
        _next = entry.Committed;
    }

    /// <summary>The name, unique in the journal.</summary>
    public string Name => _entry.Name;

    /// <summary>The first datum that is not committed: all before it are done with.</summary>
    public JournalPosition Committed => new(_table.Read(_entry, static e => e.Committed));

    /// <summary>
    /// The state that was committed last, as a copy; empty when none was. It belongs to <see cref="Committed"/>
    /// exactly,
    /// as long as nobody commits between the two questions.
    /// </summary>
    public ReadOnlyMemory<byte> State => _table.Read(_entry, static e => e.State[..e.StateLength]);

    /// <summary>The first datum that the next read gives. Equals <see cref="Committed"/> when the cursor is
    /// opened.</summary>
    public JournalPosition Next => new(Volatile.Read(ref _next));

    /// <summary>What the cursor was made to pass unread because it was too far behind.</summary>
    public DroppedRange Dropped => _table.Read(_entry, static e => e.Dropped);

    /// <summary>Waits until something durable lies at or after <see cref="Next"/> and gives it; moves
    /// <see cref="Next"/>.
    /// With <see cref="JournalReadLimits.Linger"/> it waits for more while there is less than the limits allow.
    /// Reads from disk on the calling thread.</summary>
    /// <param name="limits">How much to give at most.</param>
    /// <param name="ct">Ends the waiting; the cursor stays where it is.</param>
    /// <returns>The batch, never empty, lent until the next read or seek.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The journal was closed or the cursor removed.</exception>
    /// <exception cref="IOException">A segment cannot be read at present; reading again may help.</exception>
    public ValueTask<JournalBatch> ReadAsync(JournalReadLimits limits, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isEnded, this);
        return HasEnough(limits) && TryRead(limits, out var batch)
            ? new ValueTask<JournalBatch>(batch)
            : WaitAndReadAsync(limits, ct);
    }

    /// <summary>The same as <see cref="ReadAsync"/> without waiting.</summary>
    /// <param name="limits">How much to give at most.</param>
    /// <param name="batch">The batch, never empty, lent until the next read or seek; null when nothing is
    /// there.</param>
    /// <returns>Whether there was something.</returns>
    /// <exception cref="ObjectDisposedException">The journal was closed or the cursor removed.</exception>
    /// <exception cref="IOException">A segment cannot be read at present; reading again may help.</exception>
    public bool TryRead(JournalReadLimits limits, [NotNullWhen(true)] out JournalBatch? batch)
    {
        ObjectDisposedException.ThrowIf(_isEnded, this);
        batch = null;
        var storedBytes = _log.StoredBytes;
        var end = _log.End.Value;
        var next = Math.Max(_next, Volatile.Read(ref _floor));
        if (next >= end)
        {
            return false;
        }

        if (_reader.TryFill(_batch, next, end, limits))
        {
            batch = _batch;
            Volatile.Write(ref _next, batch.End.Value);
            _bytesRead = storedBytes;
            return true;
        }

        PassGap(end);
        return false;
    }

    /// <summary>
    /// Lets the next read begin at <paramref name="position"/>; the commit stays. A position before the oldest retained
    /// datum gives that one. Not while a read is under way.
    /// </summary>
    /// <param name="position">Where to read on; at most <see cref="JournalLog.End"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position lies after the last durable datum.</exception>
    public void Seek(JournalPosition position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _log.End);
        ArgumentOutOfRangeException.ThrowIfLessThan(position, JournalPosition.Zero);
        _reader.Reset();
        Volatile.Write(ref _floor, 0);
        Volatile.Write(ref _next, Math.Max(position.Value, _log.Start.Value));
    }

    /// <summary>Lets the next read begin at the first record that was appended at <paramref name="time"/> or later, in
    /// the order of the journal; at the end when there is none. Reads some of the disk. Not while a read is under
    /// way.</summary>
    /// <param name="time">The time, of the clock that the journal had then.</param>
    /// <exception cref="IOException">A segment cannot be read at present.</exception>
    public void Seek(DateTimeOffset time) => Seek(_log.FindPosition(time));

    /// <summary>
    /// Declares all data before <paramref name="position"/> done with and stores <paramref name="state"/> with that
    /// fact.
    /// Returns at once; after a kill the cursor is at most <see cref="JournalOptions.CursorDelay"/> or
    /// <see cref="JournalOptions.CursorLag"/> behind. Position and state are stored together, never one without the
    /// other.
    /// </summary>
    /// <param name="position">From <see cref="Committed"/> to <see cref="JournalLog.End"/>; it never goes back.</param>
    /// <param name="state">What the reader wants to know at that position again; replaces the last one. Copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position goes back or lies after the last durable
    /// datum.</exception>
    /// <exception cref="ArgumentException">The state is larger than 4,096 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The journal was closed or the cursor removed.</exception>
    public void Commit(JournalPosition position, ReadOnlySpan<byte> state = default)
    {
        ObjectDisposedException.ThrowIf(_isEnded, this);
        if (state.Length > JournalLimits.MaxCursorStateBytes)
        {
            throw new ArgumentException(
                $"The state of cursor '{Name}' has {state.Length} bytes; the limit is "
                + $"{JournalLimits.MaxCursorStateBytes}.",
                nameof(state));
        }

        _log.Commit(_entry, position.Value, state);
    }

    /// <summary>Waits until what was committed before this call is on disk; for a new cursor also that it
    /// exists.</summary>
    /// <param name="ct">Ends the waiting, not the writing.</param>
    /// <returns>A task that completes when the commit is durable.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Faults.JournalClosedException">The journal was closed while the disk refused to
    /// write.</exception>
    public ValueTask FlushAsync(CancellationToken ct = default) => new(_table.FlushAsync().WaitAsync(ct));

    internal void Signal() => _signal.Set();

    /// <summary>The cursor drops what lies before <paramref name="position"/>.</summary>
    internal void MoveOn(long position) => Volatile.Write(ref _floor, position);

    internal void End()
    {
        _isEnded = true;
        _signal.Set();
    }

    internal void CloseReader() => _reader.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<JournalBatch> WaitAndReadAsync(JournalReadLimits limits, CancellationToken ct)
    {
        using var registration = ct.UnsafeRegister(static state => ((CursorSignal)state!).Set(), _signal);
        while (_log.End.Value <= _next)
        {
            await _signal.WaitAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_isEnded, this);
        }

        if (!HasEnough(limits))
        {
            await LingerAsync(limits, ct).ConfigureAwait(false);
        }

        while (true)
        {
            if (TryRead(limits, out var batch))
            {
                return batch;
            }

            await _signal.WaitAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask LingerAsync(JournalReadLimits limits, CancellationToken ct)
    {
        var lingering = new Lingering(_signal);
        var timer = _log.Time.CreateTimer(
            static state => ((Lingering)state!).End(), lingering, limits.Linger, Timeout.InfiniteTimeSpan);
        await using var untilReturn = timer.ConfigureAwait(false);
        while (!HasEnough(limits) && !lingering.IsOver && !_isEnded)
        {
            await _signal.WaitAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
        }
    }

    // What has been written since the last read tells the bytes well enough when the reader is close behind, which is
    // when it lingers.
    private bool HasEnough(JournalReadLimits limits) => limits.Linger <= TimeSpan.Zero
        || _log.End.Value - _next >= limits.Data
        || _log.StoredBytes - _bytesRead >= limits.Bytes;

    // The positions up to the end exist, yet no good record holds them: damage took them. There is nothing to wait for.
    private void PassGap(long end)
    {
        var next = _next;
        Volatile.Write(ref _next, end);
        if (Committed.Value == next)
        {
            _log.Commit(_entry, end, State.Span);
        }
    }

    private sealed class Lingering(CursorSignal signal)
    {
        private volatile bool _isOver;

        public bool IsOver => _isOver;

        public void End()
        {
            _isOver = true;
            signal.Set();
        }
    }
}
