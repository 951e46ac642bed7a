using Meridian.Engine.Norths;
using Meridian.Engine.Norths.Transforming;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Replays;

/// <summary>
/// The cursors of a replay: its own, which holds back what it has not read, and that of its transforms. Both let go of
/// the oldest in a full journal, so a replay never lets a South wait.
/// </summary>
internal static class ReplayCursor
{
    private const string NamePrefix = "#replay/";

    /// <summary>The name of a replay's cursor. No connector has such a name.</summary>
    public static string NameOf(string northId, string id) => $"{NamePrefix}{MemoryOf(northId, id)}";

    /// <summary>What its transforms' memory is kept for, in place of a North. No North has such an id.</summary>
    public static string MemoryOf(string northId, string id) => $"{northId}/{id}";

    /// <summary>Whether a cursor of the journal belongs to a replay, and not to a North itself.</summary>
    public static bool IsOne(string cursor) =>
        cursor.StartsWith(NamePrefix, StringComparison.Ordinal)
        || (cursor.StartsWith(TransformMemory.NameOf(string.Empty), StringComparison.Ordinal)
            && cursor[TransformMemory.NameOf(string.Empty).Length..].Contains('/', StringComparison.Ordinal));

    /// <summary>The North of a replay's cursor, or of its transforms' memory; other names come back as they are.
    /// </summary>
    public static string? NorthOf(string? cursor)
    {
        var memory = cursor?.StartsWith(NamePrefix, StringComparison.Ordinal) == true
            ? cursor[NamePrefix.Length..]
            : cursor;
        return memory?.Split('/')[0];
    }

    /// <summary>Opens a replay's cursor: a new one at the oldest datum, from which on nothing is deleted.</summary>
    public static JournalCursor Open(JournalLog journal, string northId, string id) => journal.OpenCursor(
        NameOf(northId, id), new JournalCursorOptions { Policy = CursorLimitPolicy.DropOldest });

    /// <summary>Lets a new cursor begin at a position, or as soon behind it as the journal still has data.</summary>
    /// <returns>Where it begins.</returns>
    public static long Begin(JournalCursor cursor, long from)
    {
        Span<byte> state = stackalloc byte[NorthTally.SizeBytes];
        while (cursor.State.IsEmpty)
        {
            // A full journal may make it move on at any moment.
            from = Math.Max(from, cursor.Committed.Value);
            NorthTally.StartingAt(new JournalPosition(from)).Write(state);
            try
            {
                cursor.Commit(new JournalPosition(from), state);
            }
            catch (ArgumentOutOfRangeException) when (cursor.Committed.Value > from)
            {
                // It did: it begins there.
            }
        }

        return from;
    }

    /// <summary>Forgets a replay's cursors, so that they hold nothing back any more.</summary>
    public static void Remove(JournalLog journal, string northId, string id)
    {
        foreach (var name in NamesOf(northId, id))
        {
            _ = journal.RemoveCursor(name);
        }
    }

    /// <summary>The names of a replay's cursors.</summary>
    public static string[] NamesOf(string northId, string id) =>
        [NameOf(northId, id), TransformMemory.NameOf(MemoryOf(northId, id))];

    /// <summary>Forgets what a replay's transforms remember, where they do.</summary>
    public static async Task ForgetMemoryAsync(
        JournalLog journal, string northId, string id, CancellationToken cancellationToken)
    {
        var source = journal.Source(TransformMemory.NameOf(MemoryOf(northId, id)));
        await new CheckpointBytes(journal, source, string.Empty).ForgetAsync(cancellationToken).ConfigureAwait(false);
    }
}
