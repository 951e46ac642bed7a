namespace Meridian.Sdk.South;

/// <summary>
/// A file as it lies at the source. The engine decides by the item's <see cref="FileRules"/> whether it is taken, and
/// what becomes of it once its content is on disk here.
/// </summary>
/// <param name="Path">
/// Where it lies below the place that the item names, with '/' between folders; with the item its identity.
/// </param>
/// <param name="LengthBytes">Its length in bytes as of this look.</param>
/// <param name="Modified">When it was last written, UTC, by the source's clock.</param>
public sealed record SourceFile(string Path, long LengthBytes, DateTimeOffset Modified)
{
    /// <summary>
    /// Opens it for reading from the beginning; the caller disposes the stream. A file that is gone meanwhile throws
    /// <see cref="FileNotFoundException"/>: it is passed over.
    /// </summary>
    public required Func<CancellationToken, ValueTask<Stream>> OpenRead { get; init; }

    /// <summary>
    /// Removes it; null where the source cannot. Called once its content is on disk. To remove what is gone already is
    /// no fault.
    /// </summary>
    public Func<CancellationToken, ValueTask>? Delete { get; init; }

    /// <summary>
    /// Moves it to a folder at the source, which is made when it is missing; null where the source cannot. A file of
    /// that name there is kept: the new one gets a name with a number.
    /// </summary>
    public Func<string, CancellationToken, ValueTask>? MoveTo { get; init; }
}
