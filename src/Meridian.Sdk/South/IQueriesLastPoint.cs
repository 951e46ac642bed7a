using Meridian.Sdk.Intakes;

namespace Meridian.Sdk.South;

/// <summary>A South that can be asked for the values of now.</summary>
public interface IQueriesLastPoint : ISouth
{
    /// <summary>Reads each item once.</summary>
    /// <param name="items">The items of one schedule or group.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops; nothing read so far is kept.</param>
    /// <returns>
    /// The readings, lent until the next call. An item that cannot be read yields a reading of bad quality.
    /// </returns>
    /// <exception cref="Faults.ConnectorException">The peer as a whole cannot be asked.</exception>
    ValueTask<ReadingsContent> QueryLastPointAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken);
}
