using Meridian.Configuration;
using Meridian.Engine.History.Coverage;
using Meridian.Sdk.South;

namespace Meridian.Engine.History.Planning;

/// <summary>
/// What is to be asked of some items now. Made by <see cref="HistoryPlanner"/> before the first query; it stays true
/// while answers come in, since nothing is asked twice in it. Make a new one for the next tick, after a failure, when a
/// page was deferred, and when the clock has gone back.
/// </summary>
internal sealed class HistoryPlan
{
    private readonly HistorySettings _settings;
    private readonly HistoryLook _look;
    private readonly long _longest;

    internal HistoryPlan(
        IReadOnlyList<ItemHistory> items, IReadOnlyList<ItemHistory> begun, HistoryLook look, HistorySettings settings)
    {
        _settings = settings;
        _look = look;
        _longest = settings.MaxInterval > default(TimeSpan) ? settings.MaxInterval.Ticks : long.MaxValue;
        Items = items;
        Begun = begun;
    }

    /// <summary>The histories to go on with: those planned for, after a look at the clock.</summary>
    public IReadOnlyList<ItemHistory> Items { get; }

    /// <summary>
    /// Those among them that begin now. Store them before the first query: their start is counted from now, and a kill
    /// must not move it.
    /// </summary>
    public IReadOnlyList<ItemHistory> Begun { get; }

    /// <summary>
    /// The queries in the order of recovery, worked out as they are taken. Each joins the items whose next window is
    /// about the same: at least half of what is asked is missing for each of them.
    /// </summary>
    public IEnumerable<HistoryAsk> Asks()
    {
        var isNewestFirst = _settings.Recovery == HistoryRecovery.NewestFirst;
        List<Walk> walks = [.. Items.Select(history => new Walk(
            history.Item,
            new HistoryPieces(DueRanges.Of(history, _look, _settings), _longest, isNewestFirst)))];
        while (true)
        {
            _ = walks.RemoveAll(static walk => walk.Pieces.Next is null);
            if (walks.Count == 0)
            {
                yield break;
            }

            yield return TakeNext(walks, isNewestFirst);
        }
    }

    private HistoryAsk TakeNext(List<Walk> walks, bool isNewestFirst)
    {
        var asked = walks.Select(static walk => walk.Piece).MinBy(piece => Order(piece, isNewestFirst));
        var least = asked.Length;
        var items = new List<Item>();
        foreach (var walk in walks)
        {
            var joint = asked.Hull(walk.Piece);
            var missing = Math.Min(least, walk.Piece.Length);
            if (joint.Length <= 2 * missing && joint.Length <= _longest)
            {
                (asked, least) = (joint, missing);
                items.Add(walk.Item);
                walk.Pieces.Take();
            }
        }

        return new HistoryAsk(items, asked, _look, _settings.Start?.UtcTicks);
    }

    private static (long First, long Then) Order(TickRange piece, bool isNewestFirst) =>
        isNewestFirst ? (-piece.End, piece.Start) : (piece.Start, -piece.End);

    /// <summary>An item and what is still to be asked of it.</summary>
    private sealed record Walk(Item Item, HistoryPieces Pieces)
    {
        public TickRange Piece => Pieces.Next ?? default;
    }
}
