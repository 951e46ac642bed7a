using Meridian.Journal;

namespace Meridian.Engine.Replays;

/// <summary>What a kill left in the journal of replays that have ended, or not quite begun.</summary>
internal static class ReplayRemains
{
    /// <summary>Forgets cursors that belong to no replay that goes on.</summary>
    public static void RemoveCursors(JournalLog journal, IEnumerable<KeptReplay> replays)
    {
        var held = replays
            .Where(static replay => replay.IsRunning)
            .SelectMany(static replay => ReplayCursor.NamesOf(replay.NorthId, replay.Id))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var cursor in journal.Cursors.Select(static cursor => cursor.Name).Where(ReplayCursor.IsOne))
        {
            if (!held.Contains(cursor))
            {
                _ = journal.RemoveCursor(cursor);
            }
        }
    }

    /// <summary>Forgets what transforms remembered for replays that have ended.</summary>
    public static async Task ForgetMemoriesAsync(
        JournalLog journal, IEnumerable<KeptReplay> replays, CancellationToken cancellationToken)
    {
        foreach (var ended in replays.Where(static replay => !replay.IsRunning))
        {
            await ReplayCursor.ForgetMemoryAsync(journal, ended.NorthId, ended.Id, cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
