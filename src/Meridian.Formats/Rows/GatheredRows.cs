using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Formats.Rows;

/// <summary>
/// What one query gave for a window. What lies outside the window is let go: it is asked for in its turn. One thread at
/// a time.
/// </summary>
/// <param name="window">The window that was asked.</param>
/// <param name="maxReadings">The most readings that are held.</param>
/// <param name="maxBytes">The most bytes of texts and the like that are held.</param>
public sealed class GatheredRows(HistoryWindow window, int maxReadings, long maxBytes)
{
    private readonly List<Reading> _readings = [];
    private readonly List<Reading> _row = [];
    private readonly List<RowProblem> _problems = [];
    private bool _isInOrder = true;
    private long _line;
    private long _bytes;

    /// <summary>The window that was asked.</summary>
    public HistoryWindow Window => window;

    /// <summary>The readings, in the order of the rows.</summary>
    public IReadOnlyList<Reading> Readings => _readings;

    /// <summary>How many readings are held.</summary>
    public int Count => _readings.Count;

    /// <summary>Whether there is more than may be held; then nothing of it counts.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Rows or cells that did not decode.</summary>
    public long UndecodedCount { get; private set; }

    /// <summary>Of these, rows that cannot be kept as they came.</summary>
    public long LeftOutCount { get; private set; }

    /// <summary>What was wrong first.</summary>
    public string? FirstProblem { get; private set; }

    /// <summary>Why the query was refused; null when it was not.</summary>
    public string? Refusal { get; set; }

    /// <summary>Takes a row.</summary>
    /// <param name="decoder">What makes readings of it.</param>
    /// <param name="row">The row.</param>
    public void Add(RowDecoder decoder, IRowCells row)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(row);

        _row.Clear();
        _problems.Clear();
        decoder.Decode(row, ++_line, _row, _problems);
        foreach (var problem in _problems)
        {
            if (problem.AsItCame is { } asItCame)
            {
                if (!IsWithin(asItCame))
                {
                    continue;
                }

                _row.Add(asItCame);
            }
            else
            {
                LeftOutCount++;
            }

            UndecodedCount++;
            FirstProblem ??= problem.Reason;
        }

        foreach (var reading in _row)
        {
            if (IsWithin(reading))
            {
                Keep(reading);
            }
        }

        IsFull = _readings.Count > maxReadings || _bytes > maxBytes;
    }

    /// <summary>Counts a row that is none.</summary>
    /// <param name="problem">Why, a whole sentence.</param>
    public void LeaveOut(string problem)
    {
        _line++;
        UndecodedCount++;
        LeftOutCount++;
        FirstProblem ??= problem;
    }

    /// <summary>What is told of rows that were left out; null when none were.</summary>
    public string? LeftOut => LeftOutCount == 0
        ? null
        : $"{LeftOutCount} rows have no time or point that can be read and were left out. {FirstProblem}";

    /// <summary>A window in which there should be no more than may be held: up to the last reading, or half.</summary>
    /// <param name="asked">The window that had too much.</param>
    public TimeSpan NarrowerThan(HistoryWindow asked)
    {
        var last = _readings.Count > 0 ? _readings[^1].Timestamp : asked.Start;
        var width = _isInOrder && last > asked.Start ? last - asked.Start : (asked.End - asked.Start) / 2;
        return width < TimeSpan.FromTicks(1) ? TimeSpan.FromTicks(1) : width;
    }

    /// <summary>The readings by time, in pages that cover the window together; an instant is whole in one page.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="asked">The window that is covered.</param>
    /// <param name="pageReadings">How many readings a page has, or as many more as one instant needs.</param>
    public IEnumerable<HistoryPage> PagesOf(Item item, HistoryWindow asked, int pageReadings)
    {
        Reading[] all = _isInOrder ? [.. _readings] : [.. _readings.OrderBy(static reading => reading.Timestamp)];
        var from = asked.Start;
        var at = 0;
        do
        {
            var end = Math.Min(all.Length, at + pageReadings);
            while (end < all.Length && all[end].Timestamp == all[end - 1].Timestamp)
            {
                end++;
            }

            var to = end == all.Length ? asked.End : all[end].Timestamp;
            yield return new HistoryPage(item, new HistoryWindow(from, to), all.AsMemory(at, end - at));
            (from, at) = (to, end);
        }
        while (at < all.Length);
    }

    private bool IsWithin(in Reading reading) => reading.Timestamp >= window.Start && reading.Timestamp < window.End;

    private void Keep(in Reading reading)
    {
        _isInOrder &= _readings.Count == 0 || _readings[^1].Timestamp <= reading.Timestamp;
        _bytes += reading.Value.Kind switch
        {
            ReadingValueKind.String or ReadingValueKind.Json => 2L * reading.Value.AsString().Length,
            ReadingValueKind.Bytes => reading.Value.AsBytes().Length,
            _ => 0,
        };
        _readings.Add(reading);
    }
}
