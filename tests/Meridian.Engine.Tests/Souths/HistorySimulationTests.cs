using System.Globalization;
using Meridian.Configuration;
using Meridian.Engine.Tests.History.Peers;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.Souths;

/// <summary>
/// A month of a plant: a reading every ten minutes of every item, a fifth of them late, while the gateway is restarted
/// and somebody sets its clock.
/// </summary>
public sealed class HistorySimulationTests(ITestOutputHelper output)
{
    private const int PerDay = 24 * 6;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private static readonly int Days = IsLong ? 30 : 10;

    private static readonly int Items = IsLong ? 1_000 : 30;

    private readonly NorthPeer _north = new();
    private readonly byte[][] _got = [.. Enumerable.Range(0, Items).Select(static _ => new byte[Days * PerDay])];
    private long _count;

    private static bool IsLong => Environment.GetEnvironmentVariable("MERIDIAN_TEST_LONG") is "1";

    [Fact]
    public async Task Month_WithLateReadingsRestartsAndAClockThatIsSet_IsTheReference()
    {
        var random = new Random(20_261_122);
        await using var gateway = new TestGateway(IsLong ? TimeSpan.FromMinutes(20) : TimeSpan.FromMinutes(2));
        var begin = gateway.Clock.TrueNow;
        Fill(gateway.South.Archive, begin, random);
        Configure(gateway, begin);
        await gateway.RunAsync();

        for (var tick = 1; tick <= Days * PerDay; tick++)
        {
            await TickAsync(gateway);
            if (tick % (Days * PerDay / 11) == 0)
            {
                await gateway.StopAsync();
                await gateway.RunAsync();
            }

            // Behind by an hour, right again, ahead by an hour, right again: as at the ends of a summer time.
            if (tick % (Days * PerDay / 8) == 0)
            {
                var turn = tick / (Days * PerDay / 8) % 4;
                gateway.Clock.SetWall(TimeSpan.FromHours(turn is 1 or 0 ? -1 : 1));
            }
        }

        // The rest comes as soon as it is due by the clocks.
        for (var tick = 0; tick < 4 * 6; tick++)
        {
            await TickAsync(gateway);
        }

        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        var holes = _got.Sum(item => item.Count(static times => times == 0));
        var repeats = _got.Sum(item => item.Count(static times => times > 1));
        output.WriteLine(
            $"{_count} readings of {Items} items, {gateway.South.Asked.Count} queries, "
            + $"{holes} holes, {repeats} repeats, {gateway.Account}");
        Assert.Equal((0, 0, (long)Items * Days * PerDay), (holes, repeats, _count));
        Assert.True(gateway.Account.IsBalanced);
    }

    /// <summary>
    /// Ten minutes. A tick that finds the one before it still being stored is skipped, as in a plant.
    /// </summary>
    private static async Task TickAsync(TestGateway gateway)
    {
        var (asked, skipped) = (gateway.South.Asked.Count, Skipped());
        gateway.Clock.Advance(Every);
        var quiet = 0;
        await gateway.UntilAsync(() =>
        {
            quiet = gateway.South.Answering == 0 ? quiet + 1 : 0;
            return quiet > 3 && (gateway.South.Asked.Count > asked || Skipped() > skipped);
        });

        long Skipped() => gateway.Engine.GetStatus().Souths[0].Counters.SkippedTicks;
    }

    private static void Fill(SimulatedArchive archive, DateTimeOffset begin, Random random)
    {
        for (var item = 0; item < Items; item++)
        {
            var name = NameOf(item);
            var first = begin + TimeSpan.FromSeconds(item % 500);
            archive.Add(name, Enumerable.Range(0, Days * PerDay).Select(number =>
            {
                var at = first + (number * Every);
                var late = random.Next(5) == 0 ? TimeSpan.FromMinutes(random.Next(1, 60)) : TimeSpan.Zero;
                return new ArchiveSample(new Reading(name, at, ReadingValue.From((long)number)), at + late);
            }));
        }
    }

    private static string NameOf(int item) => item.ToString("D4", CultureInfo.InvariantCulture);

    private void Configure(TestGateway gateway, DateTimeOffset begin)
    {
        gateway.South.SourceTime = () => gateway.Clock.TrueNow;
        _north.OnHandle = (batch, _) =>
        {
            foreach (var reading in batch.Readings.Span)
            {
                var item = int.Parse(reading.Point, CultureInfo.InvariantCulture);
                _got[item][reading.Value.AsInt64()]++;
            }

            _count += batch.Readings.Length;
            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
        ItemConfig[] items = [.. Enumerable.Range(0, Items).Select(item => SouthPeer.WithPast(NameOf(item), Every))];
        gateway.Config = new MeridianConfig
        {
            Souths =
            [
                gateway.South.Config("s", items) with
                {
                    History = new HistoryConfig
                    {
                        Start = begin,
                        Overlap = TimeSpan.FromHours(1),
                        MaxInterval = TimeSpan.FromHours(6),
                        ReadDelay = TimeSpan.Zero,
                    },
                },
            ],
            Norths = [_north.Config("n")],
        };
    }
}
