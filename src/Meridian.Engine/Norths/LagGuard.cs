using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Norths;

/// <summary>
/// Lets the Souths of a North wait while it is further behind than it may be, and no others. A cursor beside the
/// North's own: that one reads every source, and whom a cursor holds back is said when it is opened.
/// </summary>
/// <remarks>
/// Follows the North's cursor, so it is never ahead of it. Its sources are always named: a cursor that holds back
/// everyone would hold back what the engine itself stores, and wait for itself.
/// </remarks>
internal sealed class LagGuard(JournalLog journal, string northId, long? maxBytes, long? maxData)
{
    private const string NamePrefix = "#lag/";
    private const char OtherSuffix = '#';

    private readonly Lock _lock = new();
    private readonly string _name = NamePrefix + northId;
    private readonly string _otherName = NamePrefix + northId + OtherSuffix;
    private HashSet<string> _souths = [];
    private JournalCursor? _cursor;

    /// <summary>The North that lets others wait, by the journal's word for who does.</summary>
    public static string? NorthOf(string? cursor) => cursor?.StartsWith(NamePrefix, StringComparison.Ordinal) == true
        ? cursor[NamePrefix.Length..].TrimEnd(OtherSuffix)
        : cursor;

    /// <summary>Whether a cursor of the journal is this one's. No connector has such a name.</summary>
    public bool Owns(string cursor) =>
        string.Equals(cursor, _name, StringComparison.Ordinal)
        || string.Equals(cursor, _otherName, StringComparison.Ordinal);

    /// <summary>These Souths wait from now on, and no others.</summary>
    /// <param name="souths">Their names, as they append.</param>
    /// <param name="committed">Where the North stands.</param>
    public void Watch(IEnumerable<string> souths, JournalPosition committed)
    {
        lock (_lock)
        {
            var next = souths.ToHashSet(StringComparer.Ordinal);
            if (_cursor is not null && next.SetEquals(_souths))
            {
                return;
            }

            // Of two names in turn, so that nobody slips through between the one that goes and the one that comes.
            var isOpen = journal.Cursors.Any(
                cursor => cursor.IsOpen && string.Equals(cursor.Name, _name, StringComparison.Ordinal));
            var (opened, closed) = isOpen ? (_otherName, _name) : (_name, _otherName);
            _souths = next;
            _cursor = journal.OpenCursor(
                opened, new JournalCursorOptions { Sources = next, MaxLagBytes = maxBytes, MaxLagData = maxData });
            Follow(committed);
            _ = journal.RemoveCursor(closed);
        }
    }

    /// <summary>The North has moved on.</summary>
    public void Commit(JournalPosition committed)
    {
        lock (_lock)
        {
            Follow(committed);
        }
    }

    private void Follow(JournalPosition committed)
    {
        if (_cursor is { } cursor && committed.Value > cursor.Committed.Value)
        {
            cursor.Commit(committed);
        }
    }
}
