namespace Meridian.Journal.Format;

/// <summary>The place of a cursor as it lies on disk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Committed">The first datum that is not committed.</param>
/// <param name="State">What was committed with the place.</param>
/// <param name="Dropped">What it was made to pass unread.</param>
/// <param name="IsRemoved">Whether this tells that the cursor is gone.</param>
internal sealed record StoredCursor(
    string Name, long Committed, byte[] State, DroppedRange Dropped = default, bool IsRemoved = false)
{
    /// <summary>The ordinal of the segment that holds its newest record; 0 when none does.</summary>
    public long Ordinal { get; init; }
}
