namespace Meridian.Journal.Cursors;

/// <summary>Where a cursor stands, as one snapshot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Committed">The first datum that is not yet committed.</param>
/// <param name="Persisted">The commit that a kill at this moment would leave.</param>
/// <param name="Waiting">How many durable data lie behind the commit.</param>
/// <param name="Dropped">What it was made to pass unread, since it was made.</param>
/// <param name="IsOpen">Whether it was opened since the journal was; a cursor of an earlier run holds its segments
/// too.</param>
public sealed record JournalCursorStatus(
    string Name,
    JournalPosition Committed,
    JournalPosition Persisted,
    long Waiting,
    DroppedRange Dropped,
    bool IsOpen);
