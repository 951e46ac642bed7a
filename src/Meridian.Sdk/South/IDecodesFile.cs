using Meridian.Sdk.Readings;

namespace Meridian.Sdk.South;

/// <summary>
/// A South that has files and can take them as the readings that are in them. The engine's rules for files stay as they
/// are; it opens a file, has it decoded, and carries the readings to disk in place of the file.
/// </summary>
public interface IDecodesFile : IQueriesFile
{
    /// <summary>Whether an item's files are taken as readings.</summary>
    /// <param name="item">The item.</param>
    bool Decodes(Item item);

    /// <summary>
    /// Reads a file from its beginning, page by page. The same content gives the same readings in the same order and
    /// pages: after a kill the file is read again, and what is on disk is passed over by its number. A line that
    /// does not decode yields a reading with the line's bytes and <see cref="Quality.BadDecoding"/>, and is told by
    /// <see cref="ISouthContext.CountUndecoded"/> before its page is given, so nothing is lost.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="path">Where the file lies, as in <see cref="SourceFile.Path"/>.</param>
    /// <param name="content">The content, read once and forward only; the engine disposes it.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops; pages already given stand.</param>
    /// <returns>
    /// Pages of readings, each at most <see cref="NextPage.MaxReadings"/> and <see cref="NextPage.MaxBytes"/>, lent
    /// until the next page is asked for.
    /// </returns>
    /// <exception cref="Faults.ConnectorException">
    /// The file as a whole cannot be read as what its item says. One that is not transient is a problem of the item;
    /// the file is left where it lies and tried again at the next look.
    /// </exception>
    IAsyncEnumerable<ReadOnlyMemory<Reading>> DecodeFileAsync(
        Item item, string path, Stream content, CancellationToken cancellationToken);
}
