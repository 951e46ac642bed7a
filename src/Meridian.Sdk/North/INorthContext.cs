namespace Meridian.Sdk.North;

/// <summary>What the engine lends a North.</summary>
public interface INorthContext : IConnectorContext
{
    /// <summary>
    /// The <see cref="DeliveryOutcome.State"/> that was stored with the cursor, as of the last durable commit; empty at
    /// the
    /// first start. Read it in connect: what was delivered after it will come again, so undo it (truncate to its
    /// length).
    /// </summary>
    ReadOnlyMemory<byte> DeliveryState { get; }

    /// <summary>
    /// Makes the cursor durable with everything returned as delivered so far, and its state. Call it before a step that
    /// cannot be
    /// undone, such as giving a part file its final name. May be called from within a delivery.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait; the commit may or may not be durable then.</param>
    ValueTask PersistDeliveryAsync(CancellationToken cancellationToken);
}
