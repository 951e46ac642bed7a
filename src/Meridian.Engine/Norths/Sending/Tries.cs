using Meridian.Engine.Supervision;
using Meridian.Engine.Telemetry;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths.Sending;

/// <summary>One try of a delivery, watched and checked, and what is told of its outcome.</summary>
internal sealed partial class Tries(
    ConnectorBoard board, StallWatch stall, NorthTelemetry telemetry, TimeProvider time, ILogger logger)
{
    private long _retried;

    /// <summary>The North's name.</summary>
    public string North => board.Status.Name;

    /// <summary>Deliveries that the destination asked to try again, since the gateway started.</summary>
    public long Retried => Interlocked.Read(ref _retried);

    /// <summary>Hands over a batch. Several may be under way.</summary>
    public async Task<DeliveryOutcome> HandleAsync(
        IHandlesValues north, ValuesBatch batch, CancellationToken cancellationToken)
    {
        var count = batch.Readings.Length;
        DeliveryOutcome outcome;
        using (var delivery = new WatchedDelivery(stall, telemetry, count, isFile: false))
        {
            outcome = await north.HandleValuesAsync(batch, cancellationToken).ConfigureAwait(false);
            delivery.Take(outcome);
        }

        OutcomeCheck.ThrowIfBroken(North, outcome, count);
        return outcome;
    }

    /// <summary>Hands over a file.</summary>
    public async Task<DeliveryOutcome> HandleAsync(
        Func<ValueTask<DeliveryOutcome>> handle)
    {
        DeliveryOutcome outcome;
        using (var delivery = new WatchedDelivery(stall, telemetry, 1, isFile: true))
        {
            outcome = await handle().ConfigureAwait(false);
            delivery.Take(outcome);
        }

        OutcomeCheck.ThrowIfBroken(North, outcome, count: 1);
        return outcome;
    }

    /// <summary>The destination asked to wait: counts it and says so.</summary>
    /// <returns>How long to wait.</returns>
    public TimeSpan NoteRetry(DeliveryOutcome outcome, Backoff backoff)
    {
        Interlocked.Increment(ref _retried);
        var delay = OutcomeCheck.Within(outcome.RetryAfter) ?? backoff.Next();
        board.Set(ConnectorState.Retrying, outcome.Reason, time.GetUtcNow() + delay);
        LogRetried(North, outcome.Reason ?? "no reason given.", delay.TotalSeconds);
        return delay;
    }

    /// <summary>The destination takes what it gets.</summary>
    public void NoteWell()
    {
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
}
