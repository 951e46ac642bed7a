using Meridian.Connectors.Http.South.Answers;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Formats.Rows;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South;

/// <summary>
/// How far one question has been answered for the items that share it: which window is next, who still asks, and what
/// was wrong. No I/O. One thread at a time.
/// </summary>
internal sealed class GroupAsking(IReadOnlyList<HttpQuery> queries, HistoryWindow window, HttpSouthLimits limits)
{
    private readonly Dictionary<HttpQuery, (string Problem, bool IsRefused)> _problems =
        new(ReferenceEqualityComparer.Instance);

    private List<HttpQuery> _asking = [.. queries];
    private HistoryWindow _left = window;
    private TimeSpan _width = window.End - window.Start;

    /// <summary>Whether there is nothing left to ask.</summary>
    public bool IsDone => _left.Start >= _left.End || _asking.Count == 0;

    /// <summary>The window that is asked for.</summary>
    public HistoryWindow Window { get; private set; }

    /// <summary>Who asked, and what it was given.</summary>
    public IReadOnlyList<RowTaker> Takers { get; private set; } = [];

    /// <summary>What was wrong with items, and whether they were refused.</summary>
    public IEnumerable<(HttpQuery Query, string Problem, bool IsRefused)> Problems =>
        _problems.Select(static one => (one.Key, one.Value.Problem, one.Value.IsRefused));

    /// <summary>The next window's takers, empty-handed. All together hold no more than one may.</summary>
    public IReadOnlyList<RowTaker> Begin()
    {
        Window = _left with { End = _left.End - _left.Start > _width ? _left.Start + _width : _left.End };
        var count = Math.Max(1, limits.MaxReadings / _asking.Count);
        Takers = [.. _asking.Select(query => new RowTaker(
            query, new GatheredRows(Window, count, limits.MaxBytes / _asking.Count)))];
        return Takers;
    }

    /// <summary>The pages of one who asked; none when it was refused.</summary>
    public IEnumerable<HistoryPage> PagesOf(RowTaker taker)
    {
        if (taker.Rows.Refusal is { } refusal)
        {
            Refuse(taker.Query, refusal);
            return [];
        }

        if (taker.Rows.LeftOut is { } leftOut)
        {
            _problems[taker.Query] = (leftOut, false);
        }

        return taker.Rows.PagesOf(taker.Query.Item, Window, limits.PageReadings);
    }

    /// <summary>The window was answered.</summary>
    public void MoveOn()
    {
        _left = _left with { Start = Window.End };
        var isSparse = Takers.All(taker => taker.Rows.Count < limits.MaxReadings / 2 / Takers.Count);
        _width = isSparse && _width <= TimeSpan.MaxValue / 2 ? 2 * (Window.End - Window.Start) : _width;
    }

    /// <summary>Goes over to a narrower window; false when there is none, and the items are refused then.</summary>
    public bool TryNarrow(TimeSpan narrowest)
    {
        var asked = Window.End - Window.Start;
        var isFull = Takers.Any(static taker => taker.Rows.IsFull);
        var narrower = isFull
            ? Takers.Where(static taker => taker.Rows.IsFull).Min(taker => taker.Rows.NarrowerThan(Window))
            : asked / 2;
        if (narrower >= asked || (!isFull && narrower < narrowest))
        {
            return false;
        }

        _width = narrower;
        return true;
    }

    /// <summary>The question is not answered; all who ask it are told.</summary>
    public void End(string? why)
    {
        foreach (var query in _asking)
        {
            _problems[query] = (why ?? string.Empty, true);
        }

        _asking = [];
    }

    private void Refuse(HttpQuery query, string problem)
    {
        _problems[query] = (problem, true);
        _asking = [.. _asking.Where(other => !ReferenceEquals(other, query))];
    }
}
