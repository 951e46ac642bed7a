namespace Meridian.Sdk.North;

/// <summary>The outcome of a delivery. Expected outcomes are values, not exceptions.</summary>
public readonly record struct DeliveryOutcome
{
    /// <summary>Which of the three.</summary>
    public DeliveryOutcomeKind Kind { get; private init; }

    /// <summary>Why it was not delivered; null when it was.</summary>
    public string? Reason { get; private init; }

    /// <summary>
    /// How long the destination asks to wait before the next try; null leaves it to the engine's backoff.
    /// </summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>
    /// With <see cref="DeliveryOutcomeKind.Retry"/>: how many from the front of the batch the destination already has.
    /// </summary>
    public int DeliveredCount { get; private init; }

    /// <summary>The data that the destination refuses for good, by ascending index; null when none is named.</summary>
    public IReadOnlyList<Rejection>? Rejections { get; private init; }

    /// <summary>
    /// The connector's own bytes, at most 2,048, committed together with the cursor and given back by
    /// <see cref="INorthContext.DeliveryState"/>. Empty keeps what was there.
    /// </summary>
    public ReadOnlyMemory<byte> State { get; init; }

    /// <summary>The destination has the whole batch.</summary>
    public static DeliveryOutcome Delivered => default;

    /// <summary>
    /// The destination has the batch but for single data that it refuses for good. Only for a North without a cursor of
    /// its own: quarantine must be durable before the cursor passes, so one that commits data and cursor together finds
    /// out first and returns <see cref="Rejected(IReadOnlyList{Rejection})"/>.
    /// </summary>
    /// <param name="rejections">The refused data, by ascending index.</param>
    public static DeliveryOutcome DeliveredExcept(IReadOnlyList<Rejection> rejections) =>
        new() { Rejections = rejections };

    /// <summary>Not now.</summary>
    /// <param name="reason">Why, a whole sentence for the user.</param>
    /// <param name="after">How long the destination asks to wait; null leaves it to the engine.</param>
    /// <param name="deliveredCount">How many from the front of the batch the destination already has.</param>
    public static DeliveryOutcome Retry(string reason, TimeSpan? after = null, int deliveredCount = 0) =>
        new()
        {
            Kind = DeliveryOutcomeKind.Retry,
            Reason = reason,
            RetryAfter = after,
            DeliveredCount = deliveredCount,
        };

    /// <summary>
    /// Never: something in this batch is refused for good, and nothing of the batch was stored. The engine tries
    /// smaller batches until the offending datum is alone.
    /// </summary>
    /// <param name="reason">Why, a whole sentence for the user.</param>
    public static DeliveryOutcome Rejected(string reason) =>
        new() { Kind = DeliveryOutcomeKind.Rejected, Reason = reason };

    /// <summary>
    /// Never: these data are refused for good, and nothing of the batch was stored. The engine puts them into
    /// quarantine and gives the rest of the batch again.
    /// </summary>
    /// <param name="rejections">The refused data, at least one, by ascending index.</param>
    public static DeliveryOutcome Rejected(IReadOnlyList<Rejection> rejections) =>
        new() { Kind = DeliveryOutcomeKind.Rejected, Reason = rejections[0].Reason, Rejections = rejections };
}

/// <summary>What became of a batch: delivered, to be tried again, or rejected for good.</summary>
public enum DeliveryOutcomeKind
{
    /// <summary>The destination has it, but for what <see cref="DeliveryOutcome.Rejections"/> names.</summary>
    Delivered,

    /// <summary>Not now. The cursor moves past what was delivered; the rest comes again, in order.</summary>
    Retry,

    /// <summary>Never. The offending data go to quarantine, the rest comes again.</summary>
    Rejected,
}

/// <summary>A datum within a batch that the destination refuses for good.</summary>
/// <param name="Index">Its index within the batch.</param>
/// <param name="Reason">Why, a whole sentence for the user.</param>
public readonly record struct Rejection(int Index, string Reason);
