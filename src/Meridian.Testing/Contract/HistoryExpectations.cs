using Meridian.Sdk.South;

namespace Meridian.Testing.Contract;

/// <summary>
/// Looks at the pages of one history query: those of an item follow one another without a gap and answer the whole
/// window. One caller.
/// </summary>
internal sealed class HistoryExpectations(IReadOnlyList<Item> items, HistoryWindow window)
{
    private readonly Dictionary<string, DateTimeOffset> _covered =
        items.ToDictionary(static item => item.Name, _ => window.Start, StringComparer.Ordinal);

    private readonly HashSet<(string Item, long Value)> _values = [];

    public void Take(HistoryPage page)
    {
        var name = page.Item.Name;
        if (!_covered.TryGetValue(name, out var covered))
        {
            throw Broken("pages of the items that were asked for", $"a page of item '{name}' came");
        }

        if (page.Covered.Start != covered || page.Covered.End <= covered || page.Covered.End > window.End)
        {
            throw Broken(
                $"a page of '{name}' that begins at {covered:O} and ends within the window, by {window.End:O}",
                $"it covers {page.Covered.Start:O} to {page.Covered.End:O}");
        }

        QueryExpectations.Check(Clause.History, page.Readings);
        var last = DateTimeOffset.MinValue;
        foreach (ref readonly var reading in page.Readings.Span)
        {
            if (reading.Timestamp < page.Covered.Start || reading.Timestamp >= page.Covered.End)
            {
                throw Broken(
                    $"readings within what the page covers, {page.Covered.Start:O} to {page.Covered.End:O}",
                    $"a reading of '{name}' is of {reading.Timestamp:O}");
            }

            if (reading.Timestamp < last)
            {
                throw Broken("readings by source time", $"{reading.Timestamp:O} came after {last:O}");
            }

            last = reading.Timestamp;
            if (NumberOf.Value(reading.Value) is { } value)
            {
                _values.Add((name, value));
            }
        }

        _covered[name] = page.Covered.End;
    }

    public void End(Item item, long value)
    {
        foreach (var (name, covered) in _covered)
        {
            if (covered != window.End)
            {
                throw Broken(
                    $"pages of '{name}' up to the window's end, {window.End:O}", $"they cover it up to {covered:O}");
            }
        }

        if (!_values.Contains((item.Name, value)))
        {
            throw Broken($"the value {value} that the source has for '{item.Name}'", "no page had it");
        }
    }

    private static ContractViolationException Broken(string expected, string happened) =>
        new(Clause.History, expected, happened);
}
