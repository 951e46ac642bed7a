using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>Cuts the power at every operation that changes the disk.</summary>
public sealed class CutTests
{
    [Fact]
    public async Task PowerCut_AtEveryOperation_LosesNothingAcknowledged()
    {
        var whole = new MemoryDisk();
        Assert.True(await WorkAsync(new CrashRun(whole, Journals.Options())));
        var operations = whole.Operations;
        Assert.True(operations > 60, $"The work has {operations} operations only.");

        for (var diesAt = 1; diesAt <= operations; diesAt++)
        {
            for (var seed = 0; seed < 6; seed++)
            {
                var run = new CrashRun(new MemoryDisk { DiesAt = diesAt }, Journals.Options());
                _ = await WorkAsync(run);
                var dice = new Random(seed);
                await run.EndAsync(disk => disk.AfterPowerCut(dice));
                Assert.True(await run.OpenAsync(), $"Cut at {diesAt}, seed {seed}.");
                await run.AppendAsync(2, 1, 20);
                await run.EndAsync(static disk => disk.AfterKill());
                Assert.True(await run.OpenAsync(), $"Cut at {diesAt}, seed {seed}.");
                await run.CloseAsync();
            }
        }
    }

    private static async Task<bool> WorkAsync(CrashRun run)
    {
        if (!await run.OpenAsync())
        {
            return false;
        }

        for (var i = 0; i < 14 && !run.IsDead; i++)
        {
            await run.AppendAsync(1 + (i % 2), 1 + (i % 3), 20 + (10 * (i % 4)));
            if (i % 3 == 1 && !run.IsDead)
            {
                run.ReadAndCommit(3);
                await run.FlushAsync();
            }

            if (i == 7 && !run.IsDead)
            {
                await run.CloseAsync();
                return await run.OpenAsync() && await WorkOnAsync(run);
            }
        }

        return !run.IsDead;
    }

    private static async Task<bool> WorkOnAsync(CrashRun run)
    {
        await run.AppendAsync(3, 2, 30);
        return !run.IsDead;
    }
}
