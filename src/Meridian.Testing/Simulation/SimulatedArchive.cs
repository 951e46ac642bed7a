using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Simulation;

/// <summary>
/// A source's past: it answers with what has arrived by the moment it is asked, page by page. Any thread.
/// </summary>
public sealed class SimulatedArchive
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);

    internal SimulatedArchive()
    {
    }

    /// <summary>All samples of a point, by timestamp; the reference that a test compares with.</summary>
    /// <param name="point">The point.</param>
    public IReadOnlyList<SimulatedSample> SamplesOf(string point)
    {
        lock (_lock)
        {
            return [.. SeriesOf(point).Sorted()];
        }
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="sample">The sample; its reading names the point.</param>
    public void Add(SimulatedSample sample)
    {
        lock (_lock)
        {
            SeriesOf(sample.Reading.Point).Add(sample);
        }
    }

    /// <summary>Adds samples in any order.</summary>
    /// <param name="samples">The samples; their readings name the points.</param>
    public void Add(IEnumerable<SimulatedSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        lock (_lock)
        {
            foreach (var sample in samples)
            {
                SeriesOf(sample.Reading.Point).Add(sample);
            }
        }
    }

    /// <summary>The page of a window that begins at an instant: one look.</summary>
    internal HistoryPage Look(Item item, string point, HistoryWindow window, DateTimeOffset now, int size)
    {
        lock (_lock)
        {
            var all = SeriesOf(point).Sorted();
            var readings = new List<Reading>();
            for (var index = FirstAt(all, window.Start); index < all.Count; index++)
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

                // Not between readings of one timestamp: what is covered ends at an instant.
                if (readings.Count >= size && reading.Timestamp > readings[^1].Timestamp)
                {
                    return new HistoryPage(item, window with { End = reading.Timestamp }, readings.ToArray());
                }

                readings.Add(reading);
            }

            return new HistoryPage(item, window, readings.ToArray());
        }
    }

    /// <summary>What was added behind so many samples and has arrived: one look.</summary>
    internal IReadOnlyList<Reading> LookBehind(string point, long count, DateTimeOffset now, int size)
    {
        lock (_lock)
        {
            return
            [
                .. SeriesOf(point).Added
                    .Skip((int)count)
                    .TakeWhile(sample => sample.Arrival <= now)
                    .Take(size)
                    .Select(static sample => sample.Reading),
            ];
        }
    }

    private static int FirstAt(List<SimulatedSample> samples, DateTimeOffset start)
    {
        var low = 0;
        var high = samples.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = samples[middle].Reading.Timestamp < start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private Series SeriesOf(string point)
    {
        if (!_series.TryGetValue(point, out var series))
        {
            _series[point] = series = new Series();
        }

        return series;
    }

    /// <summary>The samples of one point, sorted when they are looked at and came out of order.</summary>
    private sealed class Series
    {
        private List<SimulatedSample> _samples = [];
        private bool _isSorted = true;

        /// <summary>In the order in which they were added.</summary>
        public List<SimulatedSample> Added { get; } = [];

        public void Add(SimulatedSample sample)
        {
            Added.Add(sample);
            _isSorted &= _samples is [] || _samples[^1].Reading.Timestamp <= sample.Reading.Timestamp;
            _samples.Add(sample);
        }

        public List<SimulatedSample> Sorted()
        {
            if (!_isSorted)
            {
                _samples = [.. _samples.OrderBy(static sample => sample.Reading.Timestamp)]; // a stable order
                _isSorted = true;
            }

            return _samples;
        }
    }
}
