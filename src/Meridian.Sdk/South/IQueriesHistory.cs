namespace Meridian.Sdk.South;

/// <summary>A South that can be asked for the past.</summary>
public interface IQueriesHistory : ISouth
{
    /// <summary>
    /// Reads a window of source time, page by page; the engine sets the pace and remembers what was covered.
    /// </summary>
    /// <param name="items">The items to read.</param>
    /// <param name="window">The window; never longer than the South's maximum interval.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops; pages already given stand.</param>
    /// <exception cref="Faults.ConnectorException">
    /// The peer cannot be asked; what no page covered is asked again.
    /// </exception>
    IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items, HistoryWindow window, CancellationToken cancellationToken);
}
