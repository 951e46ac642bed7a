using System.Globalization;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History.Peers;

/// <summary>Sources as chance makes them: 20 % late, some corrected, several values at one instant.</summary>
internal static class AnyArchive
{
    public static string[] Items { get; } = ["fast", "slow", "rare", "dead"];

    public static SimulatedArchive Make(Random random, DateTimeOffset begin, DateTimeOffset end, TimeSpan lateness)
    {
        var archive = new SimulatedArchive();
        double[] seconds = [60 * (1 << random.Next(5)), 900, 3_000 * (1 << random.Next(4)), 1e7];
        foreach (var (index, item) in Items.Index())
        {
            archive.Add(item, AnySamples(random, lateness, seconds[index], begin, end));
        }

        return archive;
    }

    /// <summary>
    /// What a connector makes of a page: bounding values, a mixed order, repeats, a promise of more than was asked.
    /// </summary>
    public static HistoryPage Twist(HistoryPage page, SimulatedArchive archive, Random random)
    {
        var readings = page.Readings.ToArray();
        var covered = page.Covered;
        switch (random.Next(12))
        {
            case 0:
                random.Shuffle(readings);
                break;
            case 1:
                readings = [.. readings, .. readings.Take(2)];
                break;
            case 2:
                readings = [.. archive[page.Item.Name].Take(1).Select(one => one.Reading), .. readings];
                break;
            case 3:
                covered = covered with { Start = covered.Start - TimeSpan.FromHours(1) };
                break;
            default:
                break;
        }

        // Local time of a place with summer time, which ends in these days.
        var zone = covered.Start.UtcDateTime < new DateTime(2026, 10, 25, 1, 0, 0, DateTimeKind.Utc) ? 2 : 1;
        covered = new(covered.Start.ToOffset(TimeSpan.FromHours(zone)), covered.End);
        return page with { Covered = covered, Readings = readings };
    }

    private static IEnumerable<ArchiveSample> AnySamples(
        Random random, TimeSpan lateness, double seconds, DateTimeOffset begin, DateTimeOffset end)
    {
        var serial = 0L;
        var pause = TimeSpan.FromSeconds(2 * seconds);
        for (var at = begin - TimeSpan.FromHours(50); at < end; at += random.NextDouble() * pause)
        {
            var isLate = random.NextDouble() < 0.2;
            yield return Sample(at, serial++, isLate ? random.NextDouble() * lateness : default);
            while (random.NextDouble() < 0.1)
            {
                // Corrected, or a second one at the same instant.
                yield return Sample(at, serial++, random.NextDouble() * lateness);
            }
        }

        static ArchiveSample Sample(DateTimeOffset at, long value, TimeSpan late) => new(
            new Reading(value % 3 == 0 ? "a" : "b", at, value % 7 == 0
                ? ReadingValue.From(value.ToString(CultureInfo.InvariantCulture))
                : ReadingValue.From((double)value)),
            at + late);
    }
}
