using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>Random work, random faults, random ends, against a plain list.</summary>
public sealed class JournalModel
{
    [Fact]
    public async Task Journal_RandomWorkFaultsAndCrashes_KeepsItsPromises()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            try
            {
                await RunAsync(new Random(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    private static async Task RunAsync(Random dice)
    {
        var options = Journals.Options(segment: dice.Next(64, 600));
        var run = new CrashRun(new MemoryDisk(), options);
        Assert.True(await run.OpenAsync());
        for (var step = 0; step < 40; step++)
        {
            switch (dice.Next(12))
            {
                case < 5:
                    await run.AppendAsync(dice.Next(1, 4), dice.Next(1, 5), dice.Next(8, 90));
                    break;
                case 5:
                    run.ReadAndCommit(dice.Next(1, 12));
                    break;
                case 6:
                    run.Commit(run.Committed + dice.NextInt64(run.RoomToCommit + 1));
                    break;
                case 7:
                    await run.FlushAsync();
                    break;
                case 8:
                    var failures = dice.Next(1, 4);
                    run.Disk.Fails = _ => failures-- > 0;
                    await run.AppendAsync(2, 1, 20);
                    run.Disk.Fails = null;
                    break;
                case 9:
                    await run.CloseAsync();
                    Assert.True(await run.OpenAsync());
                    break;
                case 10:
                    await run.EndAsync(static disk => disk.AfterKill());
                    Assert.True(await run.OpenAsync());
                    break;
                default:
                    run.Disk.DiesAt = run.Disk.Operations + dice.Next(1, 6);
                    await run.AppendAsync(3, dice.Next(1, 3), dice.Next(8, 60));
                    await run.EndAsync(disk => disk.AfterPowerCut(dice));
                    Assert.True(await run.OpenAsync());
                    break;
            }
        }

        await run.CloseAsync();
        Assert.True(await run.OpenAsync());
        await run.CloseAsync();
    }
}
