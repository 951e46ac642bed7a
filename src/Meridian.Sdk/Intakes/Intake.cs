namespace Meridian.Sdk.Intakes;

/// <summary>
/// What a South hands to the engine: content, the word that it is on disk, and where the source had got to.
/// </summary>
/// <param name="Content">The readings or the file.</param>
public sealed record Intake(Content Content)
{
    /// <summary>
    /// Told once the content is on disk; this is when the source may be acknowledged. Null where a source has nothing
    /// to acknowledge.
    /// </summary>
    public IReceipt? Receipt { get; init; }

    /// <summary>
    /// Where the source had got to, stored in the same record as the content so that the two can never disagree. The
    /// keys differ. Empty where the source keeps its own place.
    /// </summary>
    public IReadOnlyList<Checkpoint> Checkpoints { get; init; } = [];
}

/// <summary>The way back of an intake: it is on disk.</summary>
public interface IReceipt
{
    /// <summary>
    /// The content is on disk. Called at most once, in the order the intakes were offered, on a thread of the engine's:
    /// return quickly and do not throw. If the engine stops first it is never called; the source must give the content
    /// again.
    /// </summary>
    void Stored();
}

/// <summary>How far a source has been read.</summary>
/// <param name="Key">
/// What has been read: an item's name, a table; unique within the South. At most 255 UTF-8 bytes. Keys that begin with
/// <c>#account</c> are the engine's.
/// </param>
/// <param name="Position">How far, in the connector's own words. At most 4,096 bytes.</param>
public sealed record Checkpoint(string Key, ReadOnlyMemory<byte> Position);

/// <summary>Where a South puts what it has read.</summary>
public interface IIntakeSink
{
    /// <summary>
    /// Takes an intake on its way to disk. A call that has not returned is the pressure of everything downstream: take
    /// nothing more from the source meanwhile. Several threads may call; order is kept per caller.
    /// </summary>
    /// <param name="intake">The content with its receipt. Content is lent until the receipt comes.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait; a cancelled intake was not taken and its receipt never comes.
    /// </param>
    ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken);
}
