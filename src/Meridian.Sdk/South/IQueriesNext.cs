namespace Meridian.Sdk.South;

/// <summary>
/// A South whose source has an order of its own: a sequence column, a cursor of a web service, an export that goes on.
/// It is asked for what comes after a position; the engine remembers the position.
/// </summary>
public interface IQueriesNext : ISouth
{
    /// <summary>
    /// Reads what comes after a position, page by page, until there is no more for now. The next page is asked for when
    /// the one before is on disk together with its position, so a kill leaves neither a hole nor a repeat. May be left
    /// after any page, and is asked again at the next tick from there: after one position the source gives the same,
    /// and what has come since behind it.
    /// </summary>
    /// <param name="item">The item. One question of an item runs at a time.</param>
    /// <param name="position">
    /// The position of the last page that is on disk; null to begin, where the settings say. A test is always given
    /// null. Lent until the enumeration ends.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the gateway stops; pages already given stand.</param>
    /// <exception cref="Faults.ConnectorException">
    /// The peer cannot be asked. One that is not transient is the item's own problem; the others go on.
    /// </exception>
    IAsyncEnumerable<NextPage> QueryNextAsync(
        Item item, ReadOnlyMemory<byte>? position, CancellationToken cancellationToken);
}
