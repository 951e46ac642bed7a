namespace Meridian.Sdk.North;

/// <summary>A North that takes readings.</summary>
public interface IHandlesValues : INorth
{
    /// <summary>
    /// Delivers a batch and tells the outcome. One call at a time, in journal order, unless the manifest and the user
    /// allow several (<see cref="NorthManifest.MaxParallelSends"/>). Return delivered only when the destination has it
    /// for good.
    /// </summary>
    /// <param name="batch">The readings, lent until the call returns.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the gateway stops; the batch comes again after the next start.
    /// </param>
    /// <exception cref="Faults.ConnectorException">
    /// The connection failed (transient: disconnect, backoff, connect, the same batch again) or cannot work (not
    /// transient: the North waits until it is changed and keeps its place). An exception never quarantines; return
    /// <see cref="DeliveryOutcome.Rejected(string)"/> for that.
    /// </exception>
    ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken);
}
