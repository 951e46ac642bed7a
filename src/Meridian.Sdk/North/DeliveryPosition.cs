namespace Meridian.Sdk.North;

/// <summary>
/// How far a North has been delivered to, kept at the destination beside the data. Opaque to the connector.
/// </summary>
/// <param name="JournalId">The journal it belongs to.</param>
/// <param name="NorthId">The North it belongs to.</param>
/// <param name="Token">The engine's own bytes, at most 4,096; store and return them as they are.</param>
public sealed record DeliveryPosition(Guid JournalId, string NorthId, ReadOnlyMemory<byte> Token);
