using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Supervision;
using Meridian.Journal;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths;

/// <summary>
/// Carries the journal to one North, in order: reads behind the cursor, delivers, commits. An outcome is one of three:
/// delivered; retry, and everything behind waits; rejected, and the offending datum alone goes to quarantine.
/// </summary>
/// <remarks>It reads and keeps the order; how values are sent, one batch at a time or several, is a part of its own.
/// </remarks>
internal sealed partial class NorthPump(
    NorthCursor cursor,
    PendingReadings pending,
    TransformStage? transforms,
    IValuesSends sends,
    ExactBatches exact,
    Passage passage,
    Tries tries,
    Refusals refusals,
    NorthPumpSettings settings,
    SendPace pace,
    SemaphoreSlim gate,
    Backoff backoff,
    TimeProvider time,
    ILogger logger)
{
    private long _droppedSaid = cursor.Tally.Dropped;

    /// <summary>Deliveries that the destination asked to try again, since the gateway started.</summary>
    public long Retried => tries.Retried;

    /// <summary>
    /// Runs until cancelled; throws when the connection is of no more use. What was not committed is read again.
    /// Never on the caller's thread: with a backlog and a destination that answers at once it does not come up for air.
    /// </summary>
    public async Task RunAsync(INorth north, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await SeekAsync(cancellationToken).ConfigureAwait(false);
        exact.Begin();
        while (true)
        {
            PassDropped();
            await pace.WaitUntilDueAsync(cursor.Tally.Position, cancellationToken).ConfigureAwait(false);
            await ReadAsync(cancellationToken).ConfigureAwait(false);
            await DeliverPendingAsync(north, cancellationToken).ConfigureAwait(false);
            passage.Commit(pending.End, default);
            if (transforms is not null)
            {
                await transforms.SaveAsync(cursor.Tally.Position, pace.IsHurried, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Goes to where the cursor stands, or before it, where transforms must run again what they remember.
    /// </summary>
    private async ValueTask SeekAsync(CancellationToken cancellationToken)
    {
        var from = cursor.Journal.Committed;
        if (transforms is not null)
        {
            from = await transforms.RewindAsync(from, cancellationToken).ConfigureAwait(false);
        }

        cursor.Journal.Seek(from);
    }

    /// <summary>Reads what is there; lingers for more when asked to and the batch has room.</summary>
    private async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        var reading = cursor.Journal.ReadAsync(settings.ReadLimits, cancellationToken);
        var batch = transforms is null
            ? await reading.ConfigureAwait(false)
            : await transforms.AwaitAsync(reading, cursor.Tally.Position, cancellationToken).ConfigureAwait(false);
        var from = cursor.Tally.Position;
        sends.Begin();
        pending.Clear(exact.OpenAsItWas);
        pending.Add(batch, from);
        if (!exact.Open.IsNone)
        {
            ReadOpenBatch(from);
        }

        if (pace.Lingers && pending.Queue.Count < settings.MaxReadings)
        {
            await pace.LingerAsync(cancellationToken).ConfigureAwait(false);
            while (pending.Queue.Count < settings.MaxReadings
                && cursor.Journal.TryRead(settings.ReadLimits, out var more))
            {
                cancellationToken.ThrowIfCancellationRequested();
                pending.Add(more, from);
            }
        }
    }

    /// <summary>Limits may be smaller than when the batch was made: all of it is read before any is sent.</summary>
    private void ReadOpenBatch(JournalPosition from)
    {
        while (pending.End.Value <= exact.Open.Last && cursor.Journal.TryRead(settings.ReadLimits, out var more))
        {
            pending.Add(more, from);
        }

        pending.EndRepeat();
    }

    /// <summary>
    /// Follows the journal where it made the cursor pass what was never read: too far behind, or damaged. What is in
    /// hand of that is let go as well.
    /// </summary>
    private void PassDropped()
    {
        _ = cursor.CatchUp();
        var tally = cursor.Tally;
        pending.PassBefore(tally.Position.Value);
        sends.PassBefore(tally.Position.Value);
        if (tally.Dropped > _droppedSaid)
        {
            LogDropped(tries.North, tally.Dropped - _droppedSaid, tally.Position.Value);
            _droppedSaid = tally.Dropped;
        }
    }

    private async Task DeliverPendingAsync(INorth north, CancellationToken cancellationToken)
    {
        var isMore = true;
        while (isMore)
        {
            // Whoever else delivers here takes turns with the pump, and none while the destination asks to wait.
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                PassDropped();
                isMore = await DeliverNextAsync(north, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _ = gate.Release();
            }
        }
    }

    /// <summary>One try with what comes first. False when nothing is left.</summary>
    private async Task<bool> DeliverNextAsync(INorth north, CancellationToken cancellationToken)
    {
        var file = pending.NextFile;
        var count = file is null ? pending.Queue.Count : pending.Queue.CountBefore(file.Position);
        if (count > 0 && north is IHandlesValues values)
        {
            await sends.SendAsync(values, count, cancellationToken).ConfigureAwait(false);
        }
        else if (count > 0)
        {
            // A North is routed what it takes: the others count as data of Souths that are not routed here.
            PassUnrouted(count);
        }
        else if (file is null)
        {
            return false;
        }
        else if (north is IHandlesFile handler)
        {
            await DeliverFileAsync(handler, file, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            PassFile(0);
        }

        return true;
    }

    /// <summary>One try with the first file.</summary>
    private async Task DeliverFileAsync(IHandlesFile north, PendingFile file, CancellationToken cancellationToken)
    {
        await pace.WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        var content = new FileContent(
            file.File.Name, file.File.Length, _ => ValueTask.FromResult(settings.OpenFile(file.File)));
        var position = passage.PositionAfter(file.Position + 1, new PassedCounts(1));
        var outcome = await tries
            .HandleAsync(() => north.HandleFileAsync(content, position, cancellationToken))
            .ConfigureAwait(false);
        pace.NoteSent();
        if (outcome.Kind == DeliveryOutcomeKind.Retry && outcome.DeliveredCount == 0)
        {
            var delay = tries.NoteRetry(outcome, backoff);
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            return;
        }

        var reason = outcome.Rejections is { Count: > 0 } rejections ? rejections[0].Reason : outcome.Reason;
        if (outcome.Kind == DeliveryOutcomeKind.Rejected || outcome.Rejections is { Count: > 0 })
        {
            await refusals.TakeAsync(file, content, reason, cancellationToken).ConfigureAwait(false);
            PassFile(0);
            return;
        }

        PassFile(1, outcome.State);
        backoff.Reset();
        tries.NoteWell();
    }

    private void PassUnrouted(int count)
    {
        passage.Commit(new JournalPosition(pending.Queue.Positions.Span[count - 1] + 1), default);
        pending.Queue.Pass(count);
    }

    private void PassFile(int delivered, ReadOnlyMemory<byte> connectorState = default)
    {
        var to = new JournalPosition(pending.NextFile!.Position + 1); // called with a file in hand
        passage.Commit(to, new PassedCounts(delivered), connectorState);
        pending.PassFile();
    }

    [LoggerMessage(
        EventIds.NorthDropped,
        LogLevel.Error,
        "{North} was further behind than it may be: {Count} data before {Position} were let go and count as dropped. "
        + "See its 'lag'.")]
    private partial void LogDropped(string north, long count, long position);
}
