using Meridian.Sdk.Intakes;

namespace Meridian.Sdk.South;

/// <summary>A South that can be asked for files.</summary>
public interface IQueriesFile : ISouth
{
    /// <summary>
    /// Looks for files and gives each as an intake; its receipt is the word to archive or remove the original.
    /// </summary>
    /// <param name="items">The items of one schedule.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops; intakes already given stand.</param>
    /// <exception cref="Faults.ConnectorException">The place as a whole cannot be looked at.</exception>
    IAsyncEnumerable<Intake> QueryFileAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken);
}
