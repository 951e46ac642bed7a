using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Quarantine;
using Meridian.Engine.Supervision;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths;

/// <summary>
/// Puts what the destination refused for good into quarantine, and says so. Used by the North's pump.
/// </summary>
internal sealed partial class Refusals(
    QuarantineFile quarantine, ConnectorBoard board, TimeProvider time, ILogger logger)
{
    /// <summary>For a destination that gives no reason.</summary>
    public const string NoReason = "No reason was given.";

    /// <summary>A wave of refused data must not become a wave of log lines.</summary>
    private static readonly TimeSpan SpeakAgainAfter = TimeSpan.FromSeconds(10);

    private long? _spoken;
    private long _unsaid;

    /// <summary>Puts away readings from the front of a batch; durable when this returns.</summary>
    public void Take(ReadingQueue batch, int count, IReadOnlyList<Rejection> rejections)
    {
        quarantine.Add(
            batch.Readings[..count], batch.Positions[..count], batch.IsDerived[..count].ToArray(), rejections);
        Say(rejections.Count, rejections[0].Reason);
    }

    /// <summary>
    /// A batch was rejected: puts the culprits away and takes them out, or, where none is named, halves the batch to
    /// find them.
    /// </summary>
    /// <param name="queue">The readings, the batch first.</param>
    /// <param name="count">How many the batch held.</param>
    /// <param name="outcome">What the destination said.</param>
    /// <returns>How many readings the next try has at most; null where the limits alone say that.</returns>
    public int? TakeRejected(ReadingQueue queue, int count, DeliveryOutcome outcome)
    {
        if (outcome.Rejections is null && count > queue.Whole(1))
        {
            return count / 2;
        }

        var reason = outcome.Reason ?? NoReason;
        var refused = outcome.Rejections
            ?? [.. Enumerable.Range(0, count).Select(index => new Rejection(index, reason))];
        Take(queue, count, refused);
        queue.Remove(refused.Select(static one => one.Index).ToHashSet().Contains);
        return null;
    }

    /// <summary>Puts away a file.</summary>
    public async Task TakeAsync(
        PendingFile file, FileContent content, string? reason, CancellationToken cancellationToken)
    {
        await quarantine
            .AddFileAsync(file.Position, content, reason ?? NoReason, cancellationToken)
            .ConfigureAwait(false);
        Say(1, reason ?? NoReason);
    }

    private void Say(int count, string reason)
    {
        _unsaid += count;
        if (_spoken is not { } spoken || time.GetElapsedTime(spoken) >= SpeakAgainAfter)
        {
            LogQuarantined(board.Status.Name, _unsaid, reason, quarantine.Path);
            _unsaid = 0;
            _spoken = time.GetTimestamp();
        }
    }

    [LoggerMessage(
        EventIds.Quarantined,
        LogLevel.Error,
        "{North} refused {Count} readings for good since it was last said, now with: {Reason} "
        + "They lie in {Path}; the rest goes on.")]
    private partial void LogQuarantined(string north, long count, string reason, string path);
}
