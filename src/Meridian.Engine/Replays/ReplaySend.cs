using Meridian.Engine.Norths;
using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Supervision;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;

namespace Meridian.Engine.Replays;

/// <summary>Delivers what a replay has read, one try at a time, and moves the replay by what comes of it.</summary>
internal sealed class ReplaySend(ReplayNorth parts, ReplayJob job, PendingReadings pending, Backoff backoff)
{
    private readonly ReplayRefusals _refusals = new(parts, job);
    private readonly BatchKey? _key = parts.Settings.NewKey();
    private readonly HashSet<long> _refused = [];
    private long _derivedRefused;
    private int _size = parts.Settings.MaxReadings;

    /// <summary>Whether something that was read is to be sent.</summary>
    public bool HasMore => Queue.Count > 0 || NextFile is not null;

    private ReadingQueue Queue => pending.Queue;

    private PendingFile? NextFile => pending.NextFile is { } file && file.Position < job.Kept.To ? file : null;

    /// <summary>What was read is taken up to a position only.</summary>
    public void TakeBefore(long end)
    {
        _size = parts.Settings.MaxReadings;
        if (pending.End.Value > end)
        {
            var positions = Queue.Positions;
            Queue.Remove(index => positions.Span[index] >= end);
        }
    }

    /// <summary>One try with what comes first. Called at the gate.</summary>
    /// <returns>How long to wait before the next; null for not at all.</returns>
    public async Task<TimeSpan?> TryNextAsync(INorth north, Patience patience)
    {
        var file = NextFile;
        var count = file is null ? Queue.Count : Queue.CountBefore(file.Position);
        if (count > 0 && north is IHandlesValues values)
        {
            return await SendValuesAsync(values, count, patience).ConfigureAwait(false);
        }

        if (count > 0)
        {
            // It takes none: they count as data of Souths that are not routed here.
            Commit(Queue.Positions.Span[count - 1] + 1, default);
            Queue.Pass(count);
        }
        else if (file is not null && north is IHandlesFile handler)
        {
            return await SendFileAsync(handler, file, patience).ConfigureAwait(false);
        }
        else if (file is not null)
        {
            PassFile(file, default);
        }

        return null;
    }

    /// <summary>Moves on, with what lies on the way and was refused or taken out by transforms.</summary>
    public void Commit(long to, PassedCounts passed)
    {
        var from = job.Position;
        if (to > from)
        {
            var all = passed with
            {
                Quarantined = _refused.Count(position => position >= from && position < to),
                Filtered = pending.FilteredBetween(from, to),
            };
            job.Commit(to, all, _derivedRefused);
            _ = _refused.RemoveWhere(position => position < to);
            _derivedRefused = 0;
        }
    }

    private async Task<TimeSpan?> SendValuesAsync(IHandlesValues north, int most, Patience patience)
    {
        await parts.Pace.WaitForTurnAsync(patience.Waiting).ConfigureAwait(false);
        var count = Queue.Whole(Queue.WithinBytes(Math.Min(_size, most), parts.Settings.MaxBytes));
        var batch = new ValuesBatch(
            parts.Settings.JournalId, Queue.Readings[..count], Queue.Positions[..count], PositionNow())
        {
            Key = _key?.Of(Queue.Readings.Span[..count], Queue.Positions.Span[..count], job.Kept.Id),
        };
        DeliveryOutcome outcome;
        using (parts.Stall.Begin())
        {
            outcome = await north.HandleValuesAsync(batch, patience.Sending).ConfigureAwait(false);
            parts.Stall.TakeOutcome();
        }

        TakeOutcome(outcome, count);
        switch (outcome.Kind)
        {
            case DeliveryOutcomeKind.Delivered:
                TakeDelivered(north, count, outcome);
                _size = (int)Math.Min(_size * 2L, parts.Settings.MaxReadings);
                return null;

            case DeliveryOutcomeKind.Retry:
                PassDelivered(Queue.WholeWithin(outcome.DeliveredCount));
                return PauseOf(outcome);

            default:
                _size = TakeRejected(count, outcome);
                return null;
        }
    }

    private async Task<TimeSpan?> SendFileAsync(IHandlesFile north, PendingFile file, Patience patience)
    {
        await parts.Pace.WaitForTurnAsync(patience.Waiting).ConfigureAwait(false);
        var content = new FileContent(
            file.File.Name, file.File.Length, _ => ValueTask.FromResult(parts.Settings.OpenFile(file.File)));
        DeliveryOutcome outcome;
        using (parts.Stall.Begin())
        {
            outcome = await north.HandleFileAsync(content, PositionNow(), patience.Sending).ConfigureAwait(false);
            parts.Stall.TakeOutcome();
        }

        TakeOutcome(outcome, count: 1);
        if (outcome.Kind == DeliveryOutcomeKind.Retry && outcome.DeliveredCount == 0)
        {
            return PauseOf(outcome);
        }

        if (outcome.Kind == DeliveryOutcomeKind.Rejected || outcome.Rejections is { Count: > 0 })
        {
            _ = _refused.Add(file.Position);
            _refusals.Tell(
                1, file.Position, outcome.Rejections is { Count: > 0 } named ? named[0].Reason : outcome.Reason);
            PassFile(file, default);
            return null;
        }

        PassFile(file, new PassedCounts(1));
        job.Reason = null;
        return null;
    }

    /// <summary>
    /// The connector's state goes with the North's own cursor, and first: a kill between the two brings data again, and
    /// leaves none out.
    /// </summary>
    private void TakeOutcome(in DeliveryOutcome outcome, int count)
    {
        parts.Pace.NoteSent();
        OutcomeCheck.ThrowIfBroken(parts.Name, outcome, count);
        parts.Live.NoteTicket(0, outcome.State);
    }

    private void TakeDelivered(IHandlesValues north, int count, in DeliveryOutcome outcome)
    {
        if (outcome.Rejections is { Count: > 0 } rejections)
        {
            if (north is IKeepsOwnCursor)
            {
                throw new ConnectorException(
                    Fault.Internal,
                    $"{parts.Name} delivered a batch but for {rejections.Count} readings together with its own "
                    + "cursor; a North that keeps its own cursor must reject before it stores. This is a mistake of "
                    + "the connector.");
            }

            Refuse(rejections);
        }

        PassDelivered(count, outcome.Rejections);
        backoff.Reset();
        job.Reason = null;
    }

    /// <summary>Lets go of the culprits, or halves the batch to find them. Returns the size of the next try.</summary>
    private int TakeRejected(int count, DeliveryOutcome outcome)
    {
        if (outcome.Rejections is null && count > Queue.Whole(1))
        {
            return count / 2;
        }

        var reason = outcome.Reason ?? Refusals.NoReason;
        var refused = outcome.Rejections
            ?? [.. Enumerable.Range(0, count).Select(index => new Rejection(index, reason))];
        Refuse(refused);
        Queue.Remove(refused.Select(static one => one.Index).ToHashSet().Contains);
        return parts.Settings.MaxReadings;
    }

    private void Refuse(IReadOnlyList<Rejection> refused)
    {
        foreach (var one in refused)
        {
            if (Queue.IsDerived[one.Index])
            {
                _derivedRefused++;
            }
            else
            {
                _ = _refused.Add(Queue.Positions.Span[one.Index]);
            }
        }

        _refusals.Tell(refused.Count, Queue.Positions.Span[refused[0].Index], refused[0].Reason);
    }

    /// <summary>Moves past the first readings, which leave none of their positions behind.</summary>
    private void PassDelivered(int count, IReadOnlyList<Rejection>? refused = null)
    {
        if (count == 0)
        {
            return;
        }

        var (own, derived) = (0L, 0L);
        var gone = refused?.Select(static one => one.Index).ToHashSet() ?? [];
        for (var i = 0; i < count; i++)
        {
            derived += Queue.IsDerived[i] && !gone.Contains(i) ? 1 : 0;
            own += Queue.IsDerived[i] || gone.Contains(i) ? 0 : 1;
        }

        Commit(Queue.Positions.Span[count - 1] + 1, new PassedCounts(Delivered: own, Derived: derived));
        Queue.Pass(count);
    }

    private void PassFile(PendingFile file, PassedCounts passed)
    {
        Commit(file.Position + 1, passed);
        pending.PassFile();
    }

    private TimeSpan PauseOf(in DeliveryOutcome outcome)
    {
        if (outcome.DeliveredCount > 0)
        {
            backoff.Reset();
        }

        job.Reason = outcome.Reason;
        return OutcomeCheck.Within(outcome.RetryAfter) ?? backoff.Next();
    }

    /// <summary>Where the North's own cursor stands: who stores it moves nothing. It stands still at the gate.
    /// </summary>
    private DeliveryPosition PositionNow()
    {
        var token = new byte[NorthTally.SizeBytes];
        parts.Live.Tally.Write(token);
        return new DeliveryPosition(parts.Settings.JournalId, parts.Settings.NorthId, token)
        {
            ReplayId = job.Kept.Id,
        };
    }
}
