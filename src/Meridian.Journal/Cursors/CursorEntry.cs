namespace Meridian.Journal.Cursors;

/// <summary>What the table knows of one cursor, whether somebody opened it or not. Guarded by the table's
/// lock.</summary>
internal sealed class CursorEntry(string name, long committed, byte[] state)
{
    public string Name { get; } = name;

    public long Committed { get; set; } = committed;

    /// <summary>The commit that is on disk; for a new cursor its begin, which is as safe: it holds every segment from
    /// there on.</summary>
    public long Persisted { get; set; } = committed;

    public byte[] State { get; set; } = state;

    public int StateLength { get; set; } = state.Length;

    public JournalCursor? Cursor { get; set; }
}
