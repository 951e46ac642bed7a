using FsCheck;
using FsCheck.Fluent;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// Random actions on all that a journal keeps besides the data, against plain lists: several cursors with sources and
/// limits of their own, checkpoints with and without content, files, deletion, restarts of each kind. The actions and
/// the limits are bytes, so that a failure shrinks to the few that matter.
/// </summary>
public sealed class BooksModel
{
    [Fact]
    public void Books_AnyActionsWithAnyLimits_AreTheListsThatTheyShouldBe()
        => Prop.ForAll<byte, byte[]>(RunAsync).QuickCheckThrowOnFailure();

    private static async Task RunAsync(byte limits, byte[] actions)
    {
        await using var run = new BooksRun(limits);
        await run.OpenAsync();
        foreach (var action in actions ?? [])
        {
            await ActAsync(run, action % 12, action / 12);
            await run.CheckAsync();
        }

        await run.FinishAsync();
    }

    private static Task ActAsync(BooksRun run, int kind, int amount) => kind switch
    {
        < 3 => run.AppendAsync(amount),
        3 => run.CommitAsync(amount % 3, amount),
        4 or 5 => run.ReadAsync(amount % 4, amount),
        6 => run.RemoveAsync(amount % 3),
        7 => run.StoreCheckpointAsync(amount),
        8 => run.LoseReferenceAsync(),
        9 => run.RestartAsync(static disk => disk.AfterKill()),
        10 => run.RestartAsync(disk => disk.AfterPowerCut(new Random(amount))),
        _ => run.CloseAndOpenAsync(),
    };
}
