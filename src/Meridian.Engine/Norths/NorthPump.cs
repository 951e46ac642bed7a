using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Quarantine;
using Meridian.Engine.Supervision;
using Meridian.Engine.Telemetry;
using Meridian.Journal;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths;

/// <summary>
/// Carries the journal to one North, in order: reads behind the cursor, delivers, commits. An outcome is one of three:
/// delivered; retry, and everything behind waits; rejected, and the offending datum alone goes to quarantine.
/// </summary>
internal sealed partial class NorthPump(
    NorthCursor cursor,
    PendingReadings pending,
    TransformStage? transforms,
    QuarantineFile quarantine,
    NorthPumpSettings settings,
    SendPace pace,
    SemaphoreSlim gate,
    ConnectorBoard board,
    StallWatch stall,
    Backoff backoff,
    TimeProvider time,
    ILogger logger)
{
    private readonly Refusals _refusals = new(quarantine, board, time, logger);
    private int _size = settings.MaxReadings;
    private long _droppedSaid = cursor.Tally.Dropped;
    private long _retried;

    /// <summary>Times deliveries while somebody listens.</summary>
    public required NorthTelemetry Telemetry { get; init; }

    /// <summary>Deliveries that the destination asked to try again, since the gateway started.</summary>
    public long Retried => Interlocked.Read(ref _retried);

    /// <summary>
    /// Runs until cancelled; throws when the connection is of no more use. What was not committed is read again.
    /// Never on the caller's thread: with a backlog and a destination that answers at once it does not come up for air.
    /// </summary>
    public async Task RunAsync(INorth north, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await SeekAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            PassDropped();
            await pace.WaitUntilDueAsync(cursor.Tally.Position, cancellationToken).ConfigureAwait(false);
            await ReadAsync(cancellationToken).ConfigureAwait(false);
            await DeliverPendingAsync(north, cancellationToken).ConfigureAwait(false);
            Commit(pending.End, default);
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
        _size = settings.MaxReadings;
        pending.Clear();
        pending.Add(batch, from);
        if (pace.Lingers && pending.Count < settings.MaxReadings)
        {
            await pace.LingerAsync(cancellationToken).ConfigureAwait(false);
            while (pending.Count < settings.MaxReadings
                && cursor.Journal.TryRead(settings.ReadLimits, out var more))
            {
                cancellationToken.ThrowIfCancellationRequested();
                pending.Add(more, from);
            }
        }
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
        if (tally.Dropped > _droppedSaid)
        {
            LogDropped(board.Status.Name, tally.Dropped - _droppedSaid, tally.Position.Value);
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
        var count = file is null ? pending.Count : pending.CountBefore(file);
        if (count > 0 && north is IHandlesValues values)
        {
            await DeliverValuesAsync(values, count, cancellationToken).ConfigureAwait(false);
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

    /// <summary>One try with the first readings, at most so many.</summary>
    private async Task DeliverValuesAsync(IHandlesValues north, int most, CancellationToken cancellationToken)
    {
        await pace.WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        var count = pending.Whole(pending.WithinBytes(Math.Min(_size, most), settings.MaxBytes));
        DeliveryOutcome outcome;
        using (var delivery = new WatchedDelivery(stall, Telemetry, count, isFile: false))
        {
            outcome = await north.HandleValuesAsync(BatchOf(count), cancellationToken).ConfigureAwait(false);
            delivery.Take(outcome);
        }

        pace.NoteSent();
        OutcomeCheck.ThrowIfBroken(board.Status.Name, outcome, count);
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
                _size = TakeRejected(count, outcome);
                break;
        }
    }

    /// <summary>One try with the first file.</summary>
    private async Task DeliverFileAsync(IHandlesFile north, PendingFile file, CancellationToken cancellationToken)
    {
        await pace.WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        var content = new FileContent(
            file.File.Name, file.File.Length, _ => ValueTask.FromResult(settings.OpenFile(file.File)));
        DeliveryOutcome outcome;
        using (var delivery = new WatchedDelivery(stall, Telemetry, 1, isFile: true))
        {
            outcome = await north
                .HandleFileAsync(content, PositionAfter(file.Position + 1, new PassedCounts(1)), cancellationToken)
                .ConfigureAwait(false);
            delivery.Take(outcome);
        }

        pace.NoteSent();
        OutcomeCheck.ThrowIfBroken(board.Status.Name, outcome, count: 1);
        if (outcome.Kind == DeliveryOutcomeKind.Retry && outcome.DeliveredCount == 0)
        {
            await TakeRetryAsync(outcome, cancellationToken).ConfigureAwait(false);
            return;
        }

        var reason = outcome.Rejections is { Count: > 0 } rejections ? rejections[0].Reason : outcome.Reason;
        if (outcome.Kind == DeliveryOutcomeKind.Rejected || outcome.Rejections is { Count: > 0 })
        {
            await _refusals.TakeAsync(file, content, reason, cancellationToken).ConfigureAwait(false);
            PassFile(0);
            return;
        }

        PassFile(1, outcome.State);
        ReportWell();
    }

    private void TakeDelivered(IHandlesValues north, int count, DeliveryOutcome outcome)
    {
        var refused = outcome.Rejections ?? [];
        if (refused.Count > 0)
        {
            // First, whatever else: the destination may have let its own cursor pass them already.
            _refusals.Take(pending, count, refused);
            if (north is IKeepsOwnCursor)
            {
                throw new ConnectorException(
                    Fault.Internal,
                    $"{board.Status.Name} delivered a batch but for {refused.Count} readings "
                    + "together with its own cursor; a North that keeps its own cursor must reject before it stores. "
                    + "This is a mistake of the connector.");
            }
        }

        PassDelivered(count, refused, outcome.State);
        ReportWell();
    }

    private async Task TakeRetryAsync(DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _retried);
        if (outcome.DeliveredCount > 0)
        {
            PassDelivered(pending.WholeWithin(outcome.DeliveredCount), [], outcome.State);
            backoff.Reset();
        }

        var delay = OutcomeCheck.Within(outcome.RetryAfter) ?? backoff.Next();
        board.Set(ConnectorState.Retrying, outcome.Reason, time.GetUtcNow() + delay);
        LogRetried(board.Status.Name, outcome.Reason ?? "no reason given.", delay.TotalSeconds);
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the culprits away, or halves the batch to find them. Returns the size of the next try.</summary>
    private int TakeRejected(int count, DeliveryOutcome outcome)
    {
        if (outcome.Rejections is null && count > pending.Whole(1))
        {
            return count / 2;
        }

        var reason = outcome.Reason ?? Refusals.NoReason;
        var refused = outcome.Rejections
            ?? [.. Enumerable.Range(0, count).Select(index => new Rejection(index, reason))];
        _refusals.Take(pending, count, refused);
        pending.Remove(refused.Select(static one => one.Index).ToHashSet().Contains);
        return settings.MaxReadings;
    }

    /// <summary>Commits past the first readings, which leave none of their positions behind; those among them that
    /// were refused or lie in quarantine do not count as delivered.</summary>
    private void PassDelivered(int count, IReadOnlyList<Rejection> refused, ReadOnlyMemory<byte> connectorState)
    {
        if (count == 0)
        {
            return;
        }

        var end = new JournalPosition(pending.Positions.Span[count - 1] + 1);
        Commit(end, CountDelivered(count, refused), connectorState);
        pending.Pass(count);
    }

    private PassedCounts CountDelivered(int count, IReadOnlyList<Rejection> refused)
    {
        var (own, derived) = (0L, 0L);
        var positions = pending.Positions.Span;
        var isDerived = pending.IsDerived;
        for (var i = 0; i < count; i++)
        {
            derived += isDerived[i] ? 1 : 0;
            own += isDerived[i] || quarantine.Positions.Contains(positions[i]) ? 0 : 1;
        }

        foreach (var one in refused)
        {
            derived -= isDerived[one.Index] ? 1 : 0;
        }

        return new PassedCounts(Delivered: own, Derived: derived);
    }

    private void PassUnrouted(int count)
    {
        Commit(new JournalPosition(pending.Positions.Span[count - 1] + 1), default);
        pending.Pass(count);
    }

    private void PassFile(int delivered, ReadOnlyMemory<byte> connectorState = default)
    {
        var to = new JournalPosition(pending.NextFile!.Position + 1); // called with a file in hand
        Commit(to, new PassedCounts(delivered), connectorState);
        pending.PassFile();
    }

    private void Commit(JournalPosition to, PassedCounts passed, ReadOnlyMemory<byte> connectorState = default)
    {
        var tally = cursor.Tally;
        if (to.Value > tally.Position.Value)
        {
            cursor.Commit(tally.Advance(to, WithOthers(tally.Position.Value, to.Value, passed)), connectorState);
            Telemetry.Pass(to.Value);
        }
    }

    /// <summary>What else lies on the way: in quarantine, and taken out by transforms.</summary>
    private PassedCounts WithOthers(long from, long to, PassedCounts passed) => passed with
    {
        Quarantined = quarantine.Positions.CountBetween(from, to),
        Filtered = pending.FilteredBetween(from, to),
    };

    private ValuesBatch BatchOf(int count)
    {
        var readings = pending.Readings[..count];
        var positions = pending.Positions[..count];
        return new ValuesBatch(
            settings.JournalId,
            readings,
            positions,
            PositionAfter(positions.Span[^1] + 1, CountDelivered(count, [])));
    }

    /// <summary>Where the cursor stands once what lies before is delivered.</summary>
    private DeliveryPosition PositionAfter(long end, PassedCounts passed)
    {
        var tally = cursor.Tally;
        var token = new byte[NorthTally.SizeBytes];
        tally.Advance(new JournalPosition(end), WithOthers(tally.Position.Value, end, passed)).Write(token);
        return new DeliveryPosition(settings.JournalId, settings.NorthId, token);
    }

    private void ReportWell()
    {
        backoff.Reset();
        if (board.Status.State != ConnectorState.Running)
        {
            board.Set(ConnectorState.Running);
        }
    }

    [LoggerMessage(
        EventIds.DeliveryRetried,
        LogLevel.Warning,
        "{North}: {Reason} The same data are tried again in {Seconds:F1} s.")]
    private partial void LogRetried(string north, string reason, double seconds);

    [LoggerMessage(
        EventIds.NorthDropped,
        LogLevel.Error,
        "{North} was further behind than it may be: {Count} data before {Position} were let go and count as dropped. "
        + "See its 'lag'.")]
    private partial void LogDropped(string north, long count, long position);
}
