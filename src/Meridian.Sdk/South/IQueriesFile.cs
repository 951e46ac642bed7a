namespace Meridian.Sdk.South;

/// <summary>
/// A South that can be asked for files. It says what lies there; the engine decides by the item's
/// <see cref="FileRules"/> what is new, whole and wanted, carries it to disk, then archives or deletes the original.
/// </summary>
public interface IQueriesFile : ISouth
{
    /// <summary>Lists the files of an item, in no order. Opens and changes none.</summary>
    /// <param name="item">The item; its settings implement <see cref="IHasFileRules"/>.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops.</param>
    /// <exception cref="Faults.ConnectorException">The place cannot be looked at.</exception>
    IAsyncEnumerable<SourceFile> QueryFileAsync(Item item, CancellationToken cancellationToken);
}
