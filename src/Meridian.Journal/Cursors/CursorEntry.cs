using Meridian.Journal.Format;

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

    /// <summary>What it was made to pass unread.</summary>
    public DroppedRange Dropped { get; set; }

    /// <summary>The table's version of the last change.</summary>
    public long Version { get; set; }

    /// <summary>The version that is on disk.</summary>
    public long StoredVersion { get; set; }

    /// <summary>Its newest record on disk; null when there is none yet.</summary>
    public StoredCursor? Stored { get; set; }

    public JournalCursor? Cursor { get; set; }

    public JournalCursorOptions Options { get; set; } = new();

    /// <summary>The place as it is now, to be stored.</summary>
    public StoredCursor ToStored() => new(Name, Committed, State[..StateLength], Dropped);
}
