using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History.Peers;

/// <summary>
/// A source of history, with a true clock of its own: it answers with what has arrived by then, in pages. Each page is
/// one look.
/// </summary>
internal sealed class SimulatedArchive
{
    private readonly Dictionary<string, ArchiveSample[]> _samples = [];

    /// <summary>All samples of an item.</summary>
    public IReadOnlyList<ArchiveSample> this[string item] => _samples[item];

    public void Add(string item, IEnumerable<ArchiveSample> samples) =>
        _samples[item] = [.. samples.OrderBy(sample => sample.Reading.Timestamp)];

    /// <summary>The page of a window that begins at an instant.</summary>
    /// <param name="item">The item.</param>
    /// <param name="window">The rest of the window.</param>
    /// <param name="now">The true time.</param>
    /// <param name="size">How many readings, or a few more where they have one timestamp.</param>
    public HistoryPage Look(Item item, HistoryWindow window, DateTimeOffset now, int size)
    {
        var all = _samples[item.Name];
        var readings = new List<Reading>();
        for (var index = FirstAt(all, window.Start); index < all.Length; index++)
        {
            var (reading, arrival) = all[index];
            if (reading.Timestamp >= window.End)
            {
                break;
            }

            if (arrival > now)
            {
                continue;
            }

            if (readings.Count >= size && reading.Timestamp > readings[^1].Timestamp)
            {
                return new HistoryPage(item, window with { End = reading.Timestamp }, readings.ToArray());
            }

            readings.Add(reading);
        }

        return new HistoryPage(item, window, readings.ToArray());
    }

    private static int FirstAt(ArchiveSample[] samples, DateTimeOffset start)
    {
        var low = 0;
        var high = samples.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = samples[middle].Reading.Timestamp < start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
