using System.Runtime.InteropServices;
using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Quarantine;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Norths;

/// <summary>
/// A North's place in the journal together with its tally and the connector's own state: the three move in one commit.
/// Written
/// by the North's pump, read by anyone.
/// </summary>
internal sealed class NorthCursor
{
    private readonly Lock _lock = new();
    private readonly PositionRanges _quarantined;
    private readonly LagGuard? _guard;
    private byte[] _connectorState;
    private NorthTally _tally;
    private TaskCompletionSource _moved = NewMoved();
    private bool _isRetired;

    /// <summary>Takes up the cursor where it stands; one without a tally begins to count there.</summary>
    /// <param name="journal">The cursor in the journal.</param>
    /// <param name="quarantined">The positions that ever went into the North's quarantine.</param>
    /// <param name="guard">Holds back its Souths; null where nothing does.</param>
    public NorthCursor(JournalCursor journal, PositionRanges quarantined, LagGuard? guard)
    {
        Journal = journal;
        _quarantined = quarantined;
        _guard = guard;
        var state = journal.State.Span;
        IsStateKnown = NorthTally.TryRead(state, out _tally, out var length)
            && _tally.Position.Value <= journal.Committed.Value;
        if (!IsStateKnown)
        {
            // One that never committed was moved by nothing but what it was made to pass: it counts from before that.
            _tally = NorthTally.StartingAt(
                state.IsEmpty && journal.Dropped.Count > 0 ? journal.Dropped.First : journal.Committed);
        }

        _connectorState = IsStateKnown ? state[length..].ToArray() : [];
    }

    /// <summary>The cursor in the journal. Only the pump reads through it.</summary>
    public JournalCursor Journal { get; }

    /// <summary>Whether the stored tally was there and did not go beyond the stored position.</summary>
    public bool IsStateKnown { get; }

    /// <summary>
    /// What became of everything before <see cref="JournalCursor.Committed"/>, but for what <see cref="CatchUp"/> will
    /// find.
    /// </summary>
    public NorthTally Tally
    {
        get
        {
            lock (_lock)
            {
                return _tally;
            }
        }
    }

    /// <summary>The tally, and whether the journal's own word for the cursor's place agrees with it.</summary>
    public NorthPlace Place
    {
        get
        {
            lock (_lock)
            {
                var tally = CaughtUp(_tally, out var committed);
                return new NorthPlace(tally, tally.Position == committed);
            }
        }
    }

    /// <summary>The connector's own bytes, as of the last commit. Never written to.</summary>
    public byte[] ConnectorState
    {
        get
        {
            lock (_lock)
            {
                return _connectorState;
            }
        }
    }

    /// <summary>
    /// Commits a new place. Durable at the journal's leisure; <see cref="JournalCursor.FlushAsync"/> hurries it.
    /// </summary>
    /// <param name="tally">The new tally, and with it the new position.</param>
    /// <param name="connectorState">The connector's new state; empty keeps the old one.</param>
    public void Commit(NorthTally tally, ReadOnlyMemory<byte> connectorState = default)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            ThrowIfRetired();
            if (!connectorState.IsEmpty)
            {
                _connectorState = connectorState.ToArray();
            }

            Store(tally with { Ticket = Math.Max(tally.Ticket, _tally.Ticket) });
            (moved, _moved) = (_moved, NewMoved());
        }

        moved.TrySetResult();
    }

    /// <summary>
    /// Commits, at the same place, that an attempt to deliver from quarantine was taken, and the connector's state
    /// after it: the two in one piece.
    /// </summary>
    /// <param name="ticket">The attempt's number; what is not beyond the last one changes nothing.</param>
    /// <param name="connectorState">The connector's new state; empty keeps the old one.</param>
    public void NoteTicket(long ticket, ReadOnlyMemory<byte> connectorState = default)
    {
        lock (_lock)
        {
            ThrowIfRetired();
            if (ticket <= _tally.Ticket && connectorState.IsEmpty)
            {
                return;
            }

            if (!connectorState.IsEmpty)
            {
                _connectorState = connectorState.ToArray();
            }

            // Where the journal has let go of more, the state is stored at the place it went on to.
            Store(CaughtUp(_tally, out _) with { Ticket = Math.Max(ticket, _tally.Ticket) });
        }
    }

    /// <summary>Commits, at the same place, which batch may be on its way from now on.</summary>
    /// <param name="batch">The batch; none where its outcome is known.</param>
    public void NoteSending(BatchRange batch)
    {
        lock (_lock)
        {
            ThrowIfRetired();
            if (batch != _tally.Sending)
            {
                Store(CaughtUp(_tally, out _) with { Sending = batch });
            }
        }
    }

    /// <summary>
    /// Follows the journal where it made the cursor pass data unread: it was too far behind, or they were damaged.
    /// </summary>
    /// <returns>Whether it did; what the caller still has in hand of that is counted already.</returns>
    public bool CatchUp()
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            var tally = CaughtUp(_tally, out _);
            if (tally.Position == _tally.Position)
            {
                return false;
            }

            ThrowIfRetired();
            while (tally.Position != _tally.Position)
            {
                Store(tally);
                tally = CaughtUp(_tally, out _);
            }

            (moved, _moved) = (_moved, NewMoved());
        }

        moved.TrySetResult();
        return true;
    }

    /// <summary>From now on the cursor belongs to somebody else: a late commit is refused.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
        }
    }

    /// <summary>Waits until everything before a position has been passed.</summary>
    public async Task WaitUntilPassedAsync(JournalPosition position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_tally.Position.Value >= position.Value)
                {
                    return;
                }

                moved = _moved.Task;
            }

            await moved.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private NorthTally CaughtUp(NorthTally tally, out JournalPosition committed)
    {
        // The place first: should the journal let go of more meanwhile, that is beyond it and seen the next time.
        committed = Journal.Committed;
        return committed.Value > tally.Position.Value
            ? tally.PassUnread(committed, Journal.Dropped, _quarantined)
            : tally;
    }

    private void Store(NorthTally tally)
    {
        Span<byte> state = stackalloc byte[NorthTally.SizeBytes + DeliveryLimits.MaxConnectorStateBytes];
        tally.Write(state);
        _connectorState.CopyTo(state[NorthTally.SizeBytes..]);
        try
        {
            Journal.Commit(tally.Position, state[..(NorthTally.SizeBytes + _connectorState.Length)]);
        }
        catch (ArgumentOutOfRangeException) when (Journal.Committed.Value > tally.Position.Value)
        {
            // The journal has let go of what lies here just now; catching up with it stores the tally.
        }

        _tally = tally;
        _guard?.Commit(tally.Position);
    }

    private void ThrowIfRetired()
    {
        if (_isRetired)
        {
            throw new OperationCanceledException("This North was stopped; its place belongs to its successor.");
        }
    }

    private static TaskCompletionSource NewMoved() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What a North's cursor says of itself at one moment.</summary>
/// <param name="Tally">What became of everything before its position.</param>
/// <param name="IsAgreed">Whether the journal's own word for the cursor's place agrees with the tally.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NorthPlace(NorthTally Tally, bool IsAgreed);
