namespace Meridian.Sdk.North;

/// <summary>
/// How far a North has been delivered to, kept at the destination beside the data. Opaque to the connector.
/// </summary>
/// <param name="JournalId">The journal it belongs to.</param>
/// <param name="NorthId">The North it belongs to.</param>
/// <param name="Token">The engine's own bytes, at most 4,096; store and return them as they are.</param>
public sealed record DeliveryPosition(Guid JournalId, string NorthId, ReadOnlyMemory<byte> Token)
{
    /// <summary>
    /// The replay that the data come with, unique in the journal for ever; null for data that come in their turn.
    /// Replayed data went before the cursor once, so with them the token says where the cursor stands already: a North
    /// that keeps it stores them and it as ever, and nothing moves. One that knows data by a key or a name puts this
    /// into it, so that they differ from the first delivery; without it it would take them for known and pass them.
    /// After a fault some of a replay may come again, under the same id. Not to be stored or given back.
    /// </summary>
    public string? ReplayId { get; init; }
}
