namespace Meridian.Sdk.South;

/// <summary>A South whose source speaks by itself. What comes goes to <see cref="ISouthContext.Intakes"/>.</summary>
public interface IQueriesSubscription : ISouth
{
    /// <summary>
    /// Subscribes to these items beside those already subscribed. Called after each connect with all of them, and with
    /// the difference when items are added while running. An item that is refused is reported by
    /// <see cref="ISouthContext.ReportItem"/>; the others go on.
    /// </summary>
    /// <param name="items">The items to add.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops; disconnect follows.</param>
    /// <exception cref="Faults.ConnectorException">The peer as a whole does not answer.</exception>
    Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken);

    /// <summary>Ends the subscription of these items; not called before a disconnect.</summary>
    /// <param name="items">The items to remove.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops; disconnect follows.</param>
    /// <exception cref="Faults.ConnectorException">The peer as a whole does not answer.</exception>
    Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken);
}
