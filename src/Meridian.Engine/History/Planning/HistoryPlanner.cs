namespace Meridian.Engine.History.Planning;

/// <summary>
/// Decides what is asked of a South's past, and when an answer is final. Pure: the clock is given. Any thread.
/// <para>
/// Plan the items of one schedule group together: what one of them was given shows how far the source's time has come,
/// and that counts for all.
/// </para>
/// </summary>
internal sealed class HistoryPlanner
{
    private readonly HistorySettings _settings;

    /// <summary>Makes a planner.</summary>
    /// <param name="settings">How to ask.</param>
    /// <exception cref="ArgumentException">The settings cannot work; the message says all of it.</exception>
    public HistoryPlanner(HistorySettings settings)
    {
        string[] problems = [.. settings.Problems()];
        _settings = problems.Length == 0
            ? settings
            : throw new ArgumentException(string.Join(' ', problems), nameof(settings));
    }

    /// <summary>What is to be asked now.</summary>
    /// <param name="items">Where each item stands.</param>
    /// <param name="now">Now, taken before the first query is sent.</param>
    public HistoryPlan Plan(IReadOnlyCollection<ItemHistory> items, DateTimeOffset now)
    {
        var newest = items.Max(static history => history.Newest);
        var look = HistoryLook.At(now, newest, _settings);
        var from = Math.Max(0, now.UtcTicks - _settings.FirstAge.Ticks);
        var held = new List<ItemHistory>(items.Count);
        var begun = new List<ItemHistory>();
        foreach (var history in items)
        {
            var isBegun = history.From is not null || _settings.Start is not null;
            var seen = history.At(look.Horizon, newest, _settings.ClockTolerance.Ticks);
            held.Add(isBegun ? seen : seen with { From = from });
            if (!isBegun)
            {
                begun.Add(held[^1]);
            }
        }

        return new HistoryPlan(held, begun, look, _settings);
    }
}
