using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Engine.Norths;

/// <summary>
/// Checks what a connector answers before the cursor moves by it: a count or an index beyond the batch would pass data
/// that nobody has.
/// </summary>
internal static class OutcomeCheck
{
    /// <summary>
    /// The shortest wait before the same batch is tried again: a destination that says "at once" is not spun on.
    /// </summary>
    private static readonly TimeSpan MinRetryAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest: a destination that says "next year" is asked again all the same.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Throws when an outcome cannot be true of a batch.</summary>
    /// <param name="north">The North.</param>
    /// <param name="outcome">What it answered.</param>
    /// <param name="count">How many readings the batch has.</param>
    /// <exception cref="ConnectorException">A mistake of the connector; nothing passes.</exception>
    public static void ThrowIfBroken(string north, in DeliveryOutcome outcome, int count)
    {
        if (outcome.DeliveredCount < 0 || outcome.DeliveredCount > count)
        {
            throw Mistake(north, $"says that {outcome.DeliveredCount} of a batch of {count} readings are delivered.");
        }

        if (outcome.State.Length > DeliveryLimits.MaxConnectorStateBytes)
        {
            throw Mistake(
                north,
                $"gave a delivery state of {outcome.State.Length} bytes; "
                + $"the limit is {DeliveryLimits.MaxConnectorStateBytes}.");
        }

        foreach (var rejection in outcome.Rejections ?? [])
        {
            if (rejection.Index < 0 || rejection.Index >= count)
            {
                throw Mistake(north, $"refuses reading {rejection.Index} of a batch of {count}.");
            }
        }

        if (outcome is { Kind: DeliveryOutcomeKind.Rejected, Rejections.Count: 0 })
        {
            throw Mistake(north, "rejects a batch and names nothing that it refuses.");
        }
    }

    /// <summary>What a destination asks to wait, within reason.</summary>
    public static TimeSpan? Within(TimeSpan? retryAfter) =>
        retryAfter is { } asked
            ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, MinRetryAfter.Ticks, MaxRetryAfter.Ticks))
            : null;

    private static ConnectorException Mistake(string north, string what) => new(
        Fault.Internal, $"{north} {what} This is a mistake of the connector; the batch is given again.");
}
