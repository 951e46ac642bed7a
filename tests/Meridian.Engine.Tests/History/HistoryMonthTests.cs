using Meridian.Configuration;
using Meridian.Engine.History;
using Meridian.Engine.Tests.History.Peers;
using Meridian.Sdk.Readings;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.History;

/// <summary>Thirty days at a sample every ten minutes: nothing here grows with what was carried on.</summary>
public sealed class HistoryMonthTests(ITestOutputHelper output)
{
    private const int Days = 30;

    private const int PerDay = 24 * 6;

    private static readonly DateTimeOffset Begin = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backfill_ThirtyDays_AsksEachHourOnceForAllItems(bool isNewestFirst)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (rig, items) = Rig(30, isNewestFirst, Begin + TimeSpan.FromDays(Days));

        rig.Tick();

        Assert.Equal(items * Days * PerDay, rig.Carried.Count);
        Assert.Equal(Days * 24, rig.Asked.Count);
        Assert.All(rig.Asked, ask => Assert.Equal(items, ask.Items.Count));
        Report(rig, started);
    }

    [Fact]
    public void Live_ThirtyDays_CarriesEachSampleOnceInShortWindows()
    {
        var started = TimeProvider.System.GetTimestamp();
        var (rig, items) = Rig(5, isNewestFirst: false, Begin);
        while (rig.Time < Begin + TimeSpan.FromDays(Days))
        {
            rig.Time += Every;
            rig.Tick();
            Assert.Equal(items, Assert.Single(rig.Asked).Items.Count);
            Assert.True(rig.Asked[0].Range.Length <= 3 * Every.Ticks);
        }

        Assert.Equal(items * Days * PerDay, rig.Carried.Count);
        Assert.All(rig.Held.Values, history => Assert.Equal(1, history.Coverage.Ranges.Length));
        Assert.True(rig.LargestCheckpoint < 100);
        Report(rig, started);
    }

    private static (HistoryRig Rig, int Items) Rig(int items, bool isNewestFirst, DateTimeOffset now)
    {
        var archive = new SimulatedArchive();
        string[] names = [.. Enumerable.Range(0, items).Select(number => $"item {number}")];
        foreach (var (index, name) in names.Index())
        {
            // Each item has its own second.
            var first = Begin + TimeSpan.FromSeconds(index);
            archive.Add(name, Enumerable.Range(0, Days * PerDay).Select(number => first + (number * Every)).Select(
                at => new ArchiveSample(new Reading(name, at, ReadingValue.From(at.UtcTicks)), at)));
        }

        var settings = new HistorySettings
        {
            Start = Begin,
            Recovery = isNewestFirst ? HistoryRecovery.NewestFirst : HistoryRecovery.OldestFirst,
        };
        return (new HistoryRig(settings, archive, names) { Time = now }, items);
    }

    private void Report(HistoryRig rig, long started)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        output.WriteLine(
            $"{rig.Carried.Count} readings in {elapsed.TotalMilliseconds:F0} ms, "
            + $"checkpoints of {rig.StoredBytes} bytes, the largest of {rig.LargestCheckpoint}.");
    }
}
