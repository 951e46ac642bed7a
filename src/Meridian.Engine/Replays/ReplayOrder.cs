namespace Meridian.Engine.Replays;

/// <summary>What a replay shall bring: data that a North has passed, from the journal, once more.</summary>
public sealed record ReplayOrder
{
    /// <summary>The North that gets them, and no other.</summary>
    public required string North { get; init; }

    /// <summary>From where on.</summary>
    public required ReplayPoint From { get; init; }

    /// <summary>
    /// Up to where, which is not part of it; at most up to where the North stands when the replay begins. What lies
    /// behind comes anyway.
    /// </summary>
    /// <value>Default: null, up to where the North stands.</value>
    public ReplayPoint? To { get; init; }
}

/// <summary>A place in the journal: a position or a time, one of the two.</summary>
public sealed record ReplayPoint
{
    /// <summary>The position of a datum, 0 or more.</summary>
    public long? Position { get; init; }

    /// <summary>
    /// The first datum that came to the journal at this time or later, by the gateway's clock. Not the time that the
    /// source gave it.
    /// </summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>At a position.</summary>
    /// <param name="position">The position.</param>
    public static ReplayPoint At(long position) => new() { Position = position };

    /// <summary>At a time.</summary>
    /// <param name="time">The time.</param>
    public static ReplayPoint At(DateTimeOffset time) => new() { Time = time };
}
