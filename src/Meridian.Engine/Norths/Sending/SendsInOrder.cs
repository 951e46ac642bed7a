using Meridian.Engine.Supervision;
using Meridian.Journal;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Engine.Norths.Sending;

/// <summary>One batch after the other, in the order of the journal; the cursor moves with each.</summary>
internal sealed class SendsInOrder(
    PendingReadings pending,
    Passage passage,
    Tries tries,
    Refusals refusals,
    ExactBatches exact,
    NorthPumpSettings settings,
    SendPace pace,
    Backoff backoff,
    TimeProvider time) : IValuesSends
{
    private readonly ReadingQueue _queue = pending.Queue;
    private readonly BatchKey? _key = settings.NewKey();
    private int _size = settings.MaxReadings;

    public void Begin() => _size = settings.MaxReadings;

    public void PassBefore(long position)
    {
        // Nothing of it is kept here.
    }

    public async Task SendAsync(IHandlesValues north, int most, CancellationToken cancellationToken)
    {
        await pace.WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        var count = exact.CountOpen(_queue, most) is > 0 and var open
            ? open
            : _queue.Whole(_queue.WithinBytes(Math.Min(_size, most), settings.MaxBytes));
        await exact.FixAsync(_queue, count, cancellationToken).ConfigureAwait(false);
        var outcome = await tries.HandleAsync(north, BatchOf(count), cancellationToken).ConfigureAwait(false);
        pace.NoteSent();
        switch (outcome.Kind)
        {
            case DeliveryOutcomeKind.Delivered:
                TakeDelivered(north, count, outcome);
                _size = (int)Math.Min(_size * 2L, settings.MaxReadings);
                break;

            case DeliveryOutcomeKind.Retry:
                await TakeRetryAsync(outcome, cancellationToken).ConfigureAwait(false);
                break;

            default:
                _size = refusals.TakeRejected(_queue, count, outcome) ?? settings.MaxReadings;
                exact.Settle();
                break;
        }
    }

    private void TakeDelivered(IHandlesValues north, int count, DeliveryOutcome outcome)
    {
        var refused = outcome.Rejections ?? [];
        if (refused.Count > 0)
        {
            // First, whatever else: the destination may have let its own cursor pass them already.
            refusals.Take(_queue, count, refused);
            if (north is IKeepsOwnCursor)
            {
                throw new ConnectorException(
                    Fault.Internal,
                    $"{tries.North} delivered a batch but for {refused.Count} readings "
                    + "together with its own cursor; a North that keeps its own cursor must reject before it stores. "
                    + "This is a mistake of the connector.");
            }
        }

        PassDelivered(count, refused, outcome.State);
        backoff.Reset();
        tries.NoteWell();
    }

    private async Task TakeRetryAsync(DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.DeliveredCount > 0)
        {
            PassDelivered(_queue.WholeWithin(outcome.DeliveredCount), [], outcome.State);
            backoff.Reset();
        }

        var delay = tries.NoteRetry(outcome, backoff);
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Commits past the first readings, which leave none of their positions behind; those among them that
    /// were refused or lie in quarantine do not count as delivered.</summary>
    private void PassDelivered(int count, IReadOnlyList<Rejection> refused, ReadOnlyMemory<byte> connectorState)
    {
        if (count == 0)
        {
            return;
        }

        var end = new JournalPosition(_queue.Positions.Span[count - 1] + 1);
        passage.Commit(end, passage.CountDelivered(_queue, count, refused), connectorState);
        _queue.Pass(count);
        exact.Settle();
    }

    private ValuesBatch BatchOf(int count)
    {
        var readings = _queue.Readings[..count];
        var positions = _queue.Positions[..count];
        return new ValuesBatch(
            settings.JournalId,
            readings,
            positions,
            passage.PositionAfter(positions.Span[^1] + 1, passage.CountDelivered(_queue, count, [])))
        {
            Key = _key?.Of(readings.Span, positions.Span),
        };
    }
}
