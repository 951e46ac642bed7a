using Meridian.Engine.Norths;
using Meridian.Journal;

namespace Meridian.Engine.Replays;

/// <summary>Turns an order into a replay that is kept: first its place, then that there is one.</summary>
internal sealed class ReplayStart(ReplayBook book, JournalLog journal, TimeProvider time)
{
    /// <summary>Keeps a replay, durably. Nothing of it is left when this throws.</summary>
    /// <param name="order">The order.</param>
    /// <param name="north">Its North.</param>
    /// <param name="keepPassed">How long the journal keeps what all have passed.</param>
    /// <param name="forgotten">The replay that is forgotten in its place; null for none.</param>
    /// <param name="counts">What the forgotten ones of that North have come to, with it.</param>
    /// <param name="cancellationToken">Cancels the wait for the disk.</param>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    public async Task<KeptReplay> KeepAsync(
        ReplayOrder order,
        NorthRuntime north,
        TimeSpan keepPassed,
        KeptReplay? forgotten,
        ReplayCounts counts,
        CancellationToken cancellationToken)
    {
        ThrowIfFull(order);
        var kept = New(north);
        var cursor = ReplayCursor.Open(journal, kept.NorthId, kept.Id);
        try
        {
            var range = ReplayRange.Find(order, cursor, north.Cursor.Tally.Position, keepPassed);
            var from = Math.Min(ReplayCursor.Begin(cursor, range.From), range.To);
            await cursor.FlushAsync(cancellationToken).ConfigureAwait(false);
            kept = kept with
            {
                From = from,
                To = range.To,
                IsCut = range.IsCut || from > range.From,
                Position = from,
            };
            await book.AddAsync(kept, forgotten, counts, cancellationToken).ConfigureAwait(false);
            return kept;
        }
        catch
        {
            ReplayCursor.Remove(journal, kept.NorthId, kept.Id);
            throw;
        }
    }

    private KeptReplay New(NorthRuntime north) => new()
    {
        Number = book.Next,
        North = north.Board.Status.Name,
        NorthId = north.Id,
        From = 0,
        To = 0,
        Begun = time.GetUtcNow(),
        State = ReplayState.Running,
        Position = 0,
        Counts = ReplayCounts.None,
    };

    /// <summary>It would wait for room with all other changes behind it.</summary>
    private void ThrowIfFull(ReplayOrder order)
    {
        var status = journal.Status;
        if (status.IsFull)
        {
            throw new ArgumentException(
                $"The journal is full ({status.Bytes} of {status.MaxBytes} bytes), and "
                + $"'{LagGuard.NorthOf(status.BlockingCursor)}' holds the oldest of it; begin the replay when there "
                + "is room, or let 'gateway.journal.maxBytes' be more.",
                nameof(order));
        }
    }
}
