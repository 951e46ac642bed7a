namespace Meridian.Sdk.North;

/// <summary>
/// A North whose destination stores <see cref="ValuesBatch.Cursor"/> in the same transaction as the batch, so that what
/// is sent again after a crash is stored once.
/// </summary>
public interface IKeepsOwnCursor : INorth
{
    /// <summary>
    /// Reads every position that the destination keeps for this North, of whatever journal. Called after each connect,
    /// before the first batch; the engine goes on at the further of this and its own. Positions of other journals are
    /// only reported.
    /// </summary>
    /// <param name="northId">The North's id.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops.</param>
    /// <exception cref="Faults.ConnectorException">The destination cannot be asked.</exception>
    ValueTask<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(string northId, CancellationToken cancellationToken);
}
