using System.Runtime.InteropServices;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Replays;

/// <summary>From where to where a replay goes, in positions.</summary>
/// <param name="From">The first position that is there.</param>
/// <param name="To">The position behind the last.</param>
/// <param name="IsCut">Whether data before are gone that belonged to it, or may have.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReplayRange(long From, long To, bool IsCut)
{
    /// <summary>What an order asks for and the journal still has.</summary>
    /// <param name="order">The order.</param>
    /// <param name="cursor">A cursor at the oldest datum, from which on nothing is deleted meanwhile.</param>
    /// <param name="north">Where the North stands.</param>
    /// <param name="keepPassed">How long the journal keeps what all have passed.</param>
    /// <exception cref="ArgumentException">It is nothing, or no range.</exception>
    public static ReplayRange Find(
        ReplayOrder order, JournalCursor cursor, JournalPosition north, TimeSpan keepPassed)
    {
        var from = Locate(order, order.From, "from", cursor);
        var until = order.To is { } end ? Locate(order, end, "to", cursor) : north.Value;
        var oldest = cursor.Committed.Value;
        if (order is { From.Position: { } first, To.Position: { } last } && last <= first)
        {
            throw Wrong(order, $"The replay ends at {last}, which is not behind its begin at {first}; exchange them.");
        }

        if (order is { From.Time: { } begin, To.Time: { } over } && over <= begin)
        {
            throw Wrong(
                order, $"The replay ends at {over:O}, which is not after its begin at {begin:O}; exchange them.");
        }

        if (order.From.Position >= north.Value)
        {
            throw Wrong(
                order,
                $"North '{order.North}' stands at {north.Value}: what lies from {from} on has not been delivered yet "
                + "and comes anyway. Let the replay begin before that.");
        }

        var to = Math.Min(until, north.Value);
        var start = Math.Max(from, oldest);
        return start < to
            ? new ReplayRange(start, to, order.From.Time is null ? from < oldest : from <= oldest && oldest > 0)
            : throw Wrong(
                order,
                $"The journal has nothing of that which North '{order.North}' has passed: its data begin at {oldest}, "
                + $"the North stands at {north.Value}. Data that all Norths have passed stay for "
                + $"'gateway.journal.keepPassed', which is {keepPassed:c} now; set it to as long as replays shall "
                + "reach back.");
    }

    private static long Locate(ReplayOrder order, ReplayPoint point, string word, JournalCursor cursor)
    {
        switch (point)
        {
            case { Position: { } position, Time: null }:
                return position >= 0
                    ? position
                    : throw Wrong(order, $"'{word}' is {position}; a position of the journal is 0 or more.");
            case { Position: null, Time: { } time }:
                cursor.Seek(time);
                return cursor.Next.Value;
            default:
                throw Wrong(order, $"'{word}' of a replay is a position or a time; give one of the two.");
        }
    }

    private static ArgumentException Wrong(ReplayOrder order, string words) => new(words, nameof(order));
}
