using Meridian.Configuration;
using Meridian.Engine.History;
using Meridian.Engine.History.Seen;
using Meridian.Engine.Tests.History.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.History;

/// <summary>
/// Sources with late and corrected readings, a clock that jumps by an hour, kills, failures between pages, connectors
/// that say too much: what was carried on is what the source had, each once.
/// </summary>
public sealed class HistoryModel(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Begin = new(2026, 10, 24, 3, 7, 11, TimeSpan.Zero);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void History_AnySource_IsCarriedOnWholeAndOnce() => RunSeeds(TestMode.Pick(2_000, 100), isCramped: false);

    /// <summary>With room for so few readings that pages are cut; what is stored has no such limit, so without kills.
    /// </summary>
    [Fact]
    public void History_LittleRoomToRemember_IsCarriedOnWholeAndOnce() =>
        RunSeeds(TestMode.Pick(500, 25), isCramped: true);

    private void RunSeeds(int seeds, bool isCramped)
    {
        var first = Seed.Given ?? 1;
        seeds = Seed.Given is null ? seeds : 1;
        var (carried, deferred) = (0L, 0L);
        for (var seed = first; seed < first + seeds; seed++)
        {
            try
            {
                var rig = Run(new Random(seed), isCramped);
                carried += rig.Carried.Count;
                deferred += rig.Deferred;
            }
            catch (Exception error)
            {
                throw Seed.Failure(seed, error);
            }
        }

        output.WriteLine($"Seeds {first} to {first + seeds - 1}: {carried} readings, {deferred} had to wait.");
        Assert.True(deferred > 0 || !isCramped || seeds == 1, "Nothing was cramped.");
    }

    private static HistoryRig Run(Random random, bool isCramped)
    {
        var settings = AnySettings(random, isCramped);
        string[] items = [.. AnyArchive.Items.Where(_ => random.Next(2) == 0).DefaultIfEmpty("rare")];
        var end = Begin + TimeSpan.FromHours(random.Next(10, 30));
        var archive = AnyArchive.Make(random, Begin, end, settings.Delay + settings.Overlap);
        var rig = new HistoryRig(settings, archive, items) { Time = Begin };
        var tick = Pick(random, 3, 10, 61, 240);
        var trouble = random.NextDouble() * 0.1;
        rig.PageSize = () => 1 + random.Next(random.Next(2) == 0 ? 10 : 300);
        rig.Twist = page => AnyArchive.Twist(page, archive, random);
        rig.Fails = () =>
        {
            // Time passes while pages come.
            rig.Time += TimeSpan.FromMilliseconds(random.Next(3_000));
            return random.NextDouble() < trouble;
        };
        rig.GivesUp = () => random.Next(2) == 0;
        rig.Kills = () => !isCramped && random.NextDouble() < trouble / 4;
        if (isCramped)
        {
            var cramped = SeenReadings.WithLimits(new SeenLimits(20, 4, 16));
            Array.ForEach(items, item => rig.Hold(rig.Held[item] with { Seen = cramped }));
        }

        while (rig.Time < end)
        {
            Trouble(rig, random, trouble, isCramped);
            rig.Tick();
            rig.Time += TimeSpan.FromMinutes(tick * (0.5 + random.NextDouble()));
        }

        trouble = 0;
        rig.Ahead = default;
        var last = rig.Time + (3 * (settings.Delay + settings.Overlap + settings.ClockTolerance + Hour));
        while (rig.Time < last)
        {
            rig.Tick();
            rig.Time += TimeSpan.FromMinutes(Math.Max(10, tick));
        }

        Compare(rig, archive);
        return rig;
    }

    private static void Trouble(HistoryRig rig, Random random, double trouble, bool isCramped)
    {
        if (random.NextDouble() < trouble)
        {
            rig.Ahead = random.Next(5) switch
            {
                0 => -Hour,
                1 => TimeSpan.FromMilliseconds(random.Next(-500, 500)),
                2 => default,
                _ => Hour,
            };
        }

        if (random.NextDouble() < 0.3)
        {
            rig.StoreAll();
        }

        if (!isCramped && random.NextDouble() < trouble / 2)
        {
            rig.Restart();
        }
    }

    private static void Compare(HistoryRig rig, SimulatedArchive archive)
    {
        var start = rig.Settings.Start;
        foreach (var item in rig.Held.Keys)
        {
            Reading[] carried =
                [.. rig.Carried.Where(one => string.Equals(one.Item, item, StringComparison.Ordinal))
                    .Select(one => one.Reading)];
            Reading[] wanted =
                [.. archive[item].Select(sample => sample.Reading).Where(reading => reading.Timestamp >= start)];

            var repeats = carried.GroupBy(reading => reading).Where(group => group.Count() > 1).ToArray();
            Assert.True(repeats.Length == 0, $"{rig.Settings}: {item} repeats {repeats.FirstOrDefault()?.Key}");
            Reading[] holes = [.. wanted.Except(carried)];
            Assert.True(holes.Length == 0, $"{rig.Settings}: {item} misses {holes.Length}, {holes.FirstOrDefault()}");
            Assert.Equal(wanted.Length, carried.Length);
            Assert.True(rig.LargestCheckpoint <= 4096);
        }
    }

    private static HistorySettings AnySettings(Random random, bool isCramped) => new()
    {
        Start = Begin - TimeSpan.FromHours(random.Next(0, 100)),
        Delay = TimeSpan.FromMinutes(Pick(random, 0, 0, 7)),
        Overlap = TimeSpan.FromMinutes(isCramped ? Pick(random, 0, 20) : Pick(random, 0, 20, 90, 180)),
        MaxInterval = TimeSpan.FromMinutes(Pick(random, 0, 25, 60, 600)),
        Recovery = random.Next(2) == 0 ? HistoryRecovery.OldestFirst : HistoryRecovery.NewestFirst,
    };

    private static double Pick(Random random, params ReadOnlySpan<double> choices) =>
        choices[random.Next(choices.Length)];
}
