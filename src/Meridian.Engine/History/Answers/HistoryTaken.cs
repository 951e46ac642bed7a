using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.History.Answers;

/// <summary>What a page was worth.</summary>
internal sealed record HistoryTaken
{
    /// <summary>
    /// Where the item stands with this page. With readings it is stored in the same record as they are, and stands only
    /// when that is durable. Without, it may be stored with the next or every few minutes: what was not stored is only
    /// asked again.
    /// </summary>
    public required ItemHistory History { get; init; }

    /// <summary>
    /// The readings that are new, in the order of the page; where all are, the page's own memory, lent as long.
    /// </summary>
    public ReadOnlyMemory<Reading> Readings { get; init; }

    /// <summary>Readings that were carried on before, or came twice in this page.</summary>
    public int Repeated { get; init; }

    /// <summary>
    /// Readings outside what was asked and what the page says it covers. They are not taken, and nothing is lost by it:
    /// that time is not covered by this page, so it is asked in its turn. A connector that gives such is wrong.
    /// </summary>
    public int Outside { get; init; }

    /// <summary>
    /// New readings that were not taken because there was no room to remember them: the end of the page stays missing
    /// and is asked again. Plan anew; when nothing of a page can be taken, it comes when its time is settled. A smaller
    /// overlap, or fewer points in the item, makes room.
    /// </summary>
    public int Deferred { get; init; }

    /// <summary>Covered time that had to be forgotten, because the ledger was full: it is asked again and comes again.
    /// </summary>
    public HistoryWindow? Forgotten { get; init; }
}
