using Meridian.Engine.Quarantine;
using Meridian.Engine.Supervision;
using Meridian.Journal;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Engine.Norths.Sending;

/// <summary>
/// Several batches at once, one lane per South: in a lane one after the other, in order. The cursor stands at the first
/// reading whose fate is not known; the next read begins when all lanes are through.
/// </summary>
/// <remarks>
/// One loop owns everything here; only the calls of the connector overlap. A lane that waits stops no other. Where all
/// that are left wait, the wait ends the round, so that whoever else delivers has a turn. What a kill finds delivered
/// behind the first unknown reading comes again; what the journal lets go of there counts as dropped.
/// </remarks>
internal sealed class SendsInParallel(
    PendingReadings pending,
    Passage passage,
    Tries tries,
    Refusals refusals,
    PositionRanges quarantined,
    NorthPumpSettings settings,
    SendPace pace,
    Func<Backoff> newBackoff,
    TimeProvider time) : IValuesSends
{
    private readonly BatchKey? _key = settings.NewKey();
    private readonly List<SendLane> _lanes = [];
    private long _end;

    public void Begin() => _lanes.Clear();

    public void PassBefore(long position)
    {
        foreach (var lane in _lanes)
        {
            lane.PassBefore(position);
        }
    }

    public async Task SendAsync(IHandlesValues north, int most, CancellationToken cancellationToken)
    {
        if (_lanes.TrueForAll(static lane => lane.Queue.Count == 0))
        {
            MakeLanes(most);
        }

        using var calling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await RunLanesAsync(north, calling.Token).ConfigureAwait(false);
        }
        finally
        {
            await EndCallsAsync(calling).ConfigureAwait(false);
        }

        if (_lanes.TrueForAll(static lane => lane.Queue.Count == 0))
        {
            pending.Queue.Pass(most);
            _lanes.Clear();
        }
    }

    private void MakeLanes(int most)
    {
        _lanes.Clear();
        var lanes = new Dictionary<string, SendLane>(StringComparer.Ordinal);
        var readings = pending.Queue.Readings.Span;
        var positions = pending.Queue.Positions.Span;
        var isDerived = pending.Queue.IsDerived;
        var run = 0;
        for (var i = 0; i < most; i++)
        {
            while (run + 1 < pending.Souths.Count && pending.Souths[run + 1].First <= positions[i])
            {
                run++;
            }

            var south = pending.Souths[run].South;
            if (!lanes.TryGetValue(south, out var lane))
            {
                lane = new SendLane(newBackoff(), settings.MaxReadings);
                lanes.Add(south, lane);
                _lanes.Add(lane);
            }

            lane.Queue.MakeRoom(1);
            lane.Queue.Put(readings[i], positions[i], isDerived[i]);
        }

        _end = positions[most - 1] + 1;
    }

    /// <summary>Until all lanes are through, or have waited.</summary>
    private async Task RunLanesAsync(IHandlesValues north, CancellationToken cancellationToken)
    {
        while (true)
        {
            await StartCallsAsync(north, cancellationToken).ConfigureAwait(false);
            var calls = _lanes.Where(static lane => lane.Call is not null).ToArray();
            var left = calls.Length < settings.MaxParallelSends ? WaitLeft() : null;
            if (calls.Length == 0)
            {
                if (left is { } pause)
                {
                    await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                }

                return;
            }

            using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                var ends = calls.Select(static lane => (Task)lane.Call!); // of those that have one
                _ = await Task.WhenAny(left is { } pause ? ends.Append(Task.Delay(pause, time, waiting.Token)) : ends)
                    .ConfigureAwait(false);
                await waiting.CancelAsync().ConfigureAwait(false);
            }

            foreach (var lane in calls.Where(static lane => lane.Call!.IsCompleted)) // of those that have one
            {
                var outcome = await lane.Call!.ConfigureAwait(false); // it has one
                pace.NoteSent();
                Take(lane, lane.End(), outcome);
            }

            Commit();
        }
    }

    /// <summary>Starts what may go, the oldest first, as many as there is room for.</summary>
    private async Task StartCallsAsync(IHandlesValues north, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var ready = _lanes
            .Where(lane => lane.Call is null && lane.Queue.Count > 0 && !(lane.WaitsUntil > now))
            .OrderBy(static lane => lane.Queue.Positions.Span[0])
            .Take(settings.MaxParallelSends - _lanes.Count(static lane => lane.Call is not null))
            .ToArray();
        foreach (var lane in ready)
        {
            await pace.WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
            lane.WaitsUntil = null;
            var most = lane.Queue.WithinBytes(Math.Min(lane.Size, lane.Queue.Count), settings.MaxBytes);
            var count = lane.Queue.Whole(most);
            lane.Start(tries.HandleAsync(north, BatchOf(lane.Queue, count), cancellationToken), count);
            pace.NoteSent();
        }
    }

    /// <summary>
    /// How long until the first lane that waits may send; null when none waits. A delay counts whole milliseconds and
    /// leaves the rest away: it is rounded up, or the lane would not be ready when it is over.
    /// </summary>
    private TimeSpan? WaitLeft()
    {
        var now = time.GetTimestamp();
        return _lanes.Min(static lane => lane.WaitsUntil) is { } first
            ? TimeSpan.FromMilliseconds(Math.Ceiling(time.GetElapsedTime(now, Math.Max(now, first)).TotalMilliseconds))
            : null;
    }

    private void Take(SendLane lane, int count, DeliveryOutcome outcome)
    {
        if (!outcome.State.IsEmpty)
        {
            throw new ConnectorException(
                Fault.Internal,
                $"{tries.North} gave a delivery state, and its batches go in parallel: there is no one place that it "
                + "belongs to. This is a mistake of the connector; set 'batch.maxParallelSends' to 1.");
        }

        switch (outcome.Kind)
        {
            case DeliveryOutcomeKind.Delivered:
                TakeDelivered(lane, count, outcome);
                break;

            case DeliveryOutcomeKind.Retry:
                TakeRetry(lane, outcome);
                break;

            default:
                lane.Resize(refusals.TakeRejected(lane.Queue, count, outcome));
                break;
        }
    }

    private void TakeDelivered(SendLane lane, int count, DeliveryOutcome outcome)
    {
        if (outcome.Rejections is { Count: > 0 } refused)
        {
            refusals.Take(lane.Queue, count, refused);
            var indexes = refused.Select(static one => one.Index).ToHashSet();
            lane.Queue.Remove(indexes.Contains);
            count -= indexes.Count;
        }

        lane.PassDelivered(count);
        lane.Backoff.Reset();
        if (!_lanes.Exists(static other => other.WaitsUntil is not null))
        {
            tries.NoteWell();
        }
    }

    private void TakeRetry(SendLane lane, DeliveryOutcome outcome)
    {
        if (outcome.DeliveredCount > 0)
        {
            lane.PassDelivered(lane.Queue.WholeWithin(outcome.DeliveredCount));
            lane.Backoff.Reset();
        }

        var delay = tries.NoteRetry(outcome, lane.Backoff);
        lane.WaitsUntil = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>The cursor goes to the first reading whose fate is not known, or behind the last.</summary>
    private void Commit()
    {
        var to = _end;
        foreach (var lane in _lanes)
        {
            to = lane.Queue.Count > 0 ? Math.Min(to, lane.Queue.Positions.Span[0]) : to;
        }

        var passed = new PassedCounts();
        foreach (var lane in _lanes)
        {
            var counts = lane.TakeDelivered(to, quarantined);
            passed = new PassedCounts(
                Delivered: passed.Delivered + counts.Delivered, Derived: passed.Derived + counts.Derived);
        }

        passage.Commit(new JournalPosition(to), passed);
    }

    /// <summary>
    /// Nothing stays under way: calls that are left are cancelled, and what came of them all the same is taken, so that
    /// less comes again.
    /// </summary>
    private async Task EndCallsAsync(CancellationTokenSource calling)
    {
        if (!_lanes.Exists(static lane => lane.Call is not null))
        {
            return;
        }

        await calling.CancelAsync().ConfigureAwait(false);
        foreach (var lane in _lanes.Where(static lane => lane.Call is not null))
        {
            var call = lane.Call!; // of those that have one
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var count = lane.End();
            if (call.IsCompletedSuccessfully
                && await call.ConfigureAwait(false) is { Rejections: null, State.IsEmpty: true } outcome)
            {
                lane.PassDelivered(outcome.Kind switch
                {
                    DeliveryOutcomeKind.Delivered => count,
                    DeliveryOutcomeKind.Retry => lane.Queue.WholeWithin(outcome.DeliveredCount),
                    _ => 0,
                });
            }
        }

        Commit();
    }

    private ValuesBatch BatchOf(ReadingQueue queue, int count)
    {
        var (readings, positions) = (queue.Readings[..count], queue.Positions[..count]);
        return new ValuesBatch(settings.JournalId, readings, positions, passage.PositionNow())
        {
            Key = _key?.Of(readings.Span, positions.Span),
        };
    }
}
