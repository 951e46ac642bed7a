namespace Meridian.Sdk.North;

/// <summary>What the engine lends a North.</summary>
public interface INorthContext : IConnectorContext
{
    /// <summary>
    /// The <see cref="DeliveryOutcome.State"/> that is durable with the cursor: at the first connect of an instance
    /// the one where the engine goes on, after each <see cref="PersistDeliveryAsync"/> the one it made durable;
    /// empty at the first start. What was delivered after it comes again, so undo it at the first connect (truncate to
    /// its length).
    /// </summary>
    ReadOnlyMemory<byte> DeliveryState { get; }

    /// <summary>
    /// Makes the cursor durable with everything returned as delivered so far, and its state. Call it before a step that
    /// cannot be undone, such as giving a part file its final name. May be called at any time, also from within a
    /// delivery and after disconnect; it waits for no delivery.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait; the commit may or may not be durable then.</param>
    ValueTask PersistDeliveryAsync(CancellationToken cancellationToken);
}
