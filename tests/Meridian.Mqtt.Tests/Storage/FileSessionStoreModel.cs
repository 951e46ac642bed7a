namespace Meridian.Mqtt.Tests.Storage;

/// <summary>Random work against a store whose disk is cut at every write boundary, tears what was not flushed, and
/// fails now and then: what was promised is there after the next start, once, in order, and nothing else is.</summary>
public sealed class FileSessionStoreModel
{
    private static readonly int Seeds = Environment.GetEnvironmentVariable("MERIDIAN_TEST_LONG") is "1" ? 500 : 8;

    [Fact]
    public async Task PowerCut_AtEveryOperation_KeepsWhatWasPromised()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var whole = new StoreRun(new MemoryFolder());
            await WorkAsync(whole, new Random(seed));
            var operations = whole.Folder.Operations;
            Assert.True(operations > 40, $"Seed {seed} has {operations} operations only.");
            for (var diesAt = 1; diesAt <= operations; diesAt++)
            {
                try
                {
                    await CutAsync(new StoreRun(new MemoryFolder { DiesAt = diesAt }), seed, diesAt);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    throw new InvalidOperationException($"Seed {seed}, cut at {diesAt}: {error.Message}", error);
                }
            }
        }
    }

    [Fact]
    public async Task FailingDisk_NowAndThen_KeepsWhatWasPromisedAndRefusesTheRest()
    {
        var failed = 0;
        for (var seed = 0; seed < 20 * Seeds; seed++)
        {
            var faults = new Random(seed);
            var run = new StoreRun(new MemoryFolder { Fails = _ => faults.Next(12) == 0 });
            try
            {
                await WorkAsync(run, new Random(seed));
                run.Folder.Fails = null;
                await run.FlushAsync();
                await run.EndAsync(folder => folder.AfterPowerCut(faults));
                Assert.True(await run.OpenAsync());
                await run.CloseAsync();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"Seed {seed}: {error.Message}", error);
            }

            failed += run.FailedAdds;
        }

        Assert.True(failed > Seeds, $"Only {failed} publications were refused.");
    }

    private static async Task CutAsync(StoreRun run, int seed, int diesAt)
    {
        await WorkAsync(run, new Random(seed));
        var dice = new Random((seed * 1_000) + diesAt);
        await run.EndAsync(folder => folder.AfterPowerCut(dice));
        Assert.True(await run.OpenAsync());
        await run.AddAsync(20);
        run.Progress(dice);
        await run.EndAsync(static folder => folder.AfterKill());
        Assert.True(await run.OpenAsync());
        await run.CloseAsync();
    }

    private static async Task OpenAsync(StoreRun run)
    {
        while (!run.IsDead && !await run.OpenAsync())
        {
            // A disk that fails now and then is asked again.
        }
    }

    private static async Task WorkAsync(StoreRun run, Random dice)
    {
        await OpenAsync(run);
        for (var i = 0; i < 45 && !run.IsDead; i++)
        {
            switch (dice.Next(10))
            {
                case 0 or 1 or 2:
                    await run.AddAsync(10 + dice.Next(80));
                    break;
                case 3 or 4 or 5 or 6:
                    run.Progress(dice);
                    break;
                case 7:
                    run.Receive((ushort)(1 + dice.Next(5)));
                    break;
                case 8:
                    await run.FlushAsync();
                    break;
                default:
                    await Task.WhenAll(run.AddAsync(10), run.AddAsync(300), run.AddAsync(10));
                    break;
            }
        }

        await run.CloseAsync();
        await OpenAsync(run);
        if (!run.IsDead)
        {
            await run.AddAsync(30);
            run.Progress(dice);
        }
    }
}
