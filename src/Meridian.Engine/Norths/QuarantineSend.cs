using System.Globalization;
using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Quarantine;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Engine.Norths;

/// <summary>
/// One delivery from quarantine, so told that a kill at any moment loses nothing, and where the destination or the
/// cursor keeps the attempt's number together with the data, repeats nothing:
/// <code>
/// trying n (file) → the destination has the data, and n with its position → n, and the connector's state (cursor)
///                 → delivered n (file): now they have left
/// </code>
/// A start that finds "trying n" last looks whether n is known where the data went, and writes the missing line.
/// </summary>
internal sealed class QuarantineSend(
    QuarantineFile file,
    NorthCursor cursor,
    NorthPumpSettings settings,
    SendPace pace,
    SemaphoreSlim gate,
    string north)
{
    private readonly Lock _lock = new();
    private readonly BatchKey? _key = settings.NewKey(isMade: true);
    private HashSet<long> _trying = [];

    /// <summary>Whether data of a position are on their way at this moment.</summary>
    public bool IsTrying(long position)
    {
        lock (_lock)
        {
            return _trying.Contains(position);
        }
    }

    /// <summary>Tries once. What the destination has of it has left the quarantine when this returns.</summary>
    /// <param name="to">The connector.</param>
    /// <param name="data">Readings by ascending position, or one file.</param>
    /// <param name="progress">Told what was delivered.</param>
    /// <param name="patience">How long.</param>
    public async Task<DeliveryOutcome> SendAsync(
        INorth to,
        IReadOnlyList<QuarantinedDatum> data,
        QuarantineProgress progress,
        Patience patience)
    {
        await gate.WaitAsync(patience.Waiting).ConfigureAwait(false);
        try
        {
            SetTrying([.. data.Select(static datum => datum.Position)]);
            await pace.WaitForTurnAsync(patience.Waiting).ConfigureAwait(false);
            var ticket = Math.Max(file.Ledger.Ticket, cursor.Tally.Ticket) + 1;
            file.Tell(QuarantineLineKind.Trying, Positions(data), ticket, CountDerived(data));
            var outcome = await TryAsync(to, data, ticket, patience.Sending).ConfigureAwait(false);
            pace.NoteSent();
            OutcomeCheck.ThrowIfBroken(north, outcome, data.Count);
            await TakeAsync(to, data, ticket, outcome, progress).ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            SetTrying([]);
            _ = gate.Release();
        }
    }

    private ValueTask<DeliveryOutcome> TryAsync(
        INorth to, IReadOnlyList<QuarantinedDatum> data, long ticket, CancellationToken cancellationToken)
    {
        var token = new byte[NorthTally.SizeBytes];
        (cursor.Tally with { Ticket = ticket }).Write(token);
        var position = new DeliveryPosition(settings.JournalId, settings.NorthId, token);
        if (data[0].Reading is null)
        {
            return ((IHandlesFile)to).HandleFileAsync(file.Contents.Open(data[0]), position, cancellationToken);
        }

        var readings = data.Select(static datum => datum.Reading.GetValueOrDefault()).ToArray();
        var positions = data.Select(static datum => datum.Position).ToArray();
        var batch = new ValuesBatch(settings.JournalId, readings, positions, position)
        {
            Key = _key?.Of(readings, positions, string.Create(CultureInfo.InvariantCulture, $"q{ticket}")),
        };
        return ((IHandlesValues)to).HandleValuesAsync(batch, cancellationToken);
    }

    /// <summary>Not cancelled: what the destination has must leave.</summary>
    private async Task TakeAsync(
        INorth to,
        IReadOnlyList<QuarantinedDatum> data,
        long ticket,
        DeliveryOutcome outcome,
        QuarantineProgress progress)
    {
        var refused = outcome.Rejections?.Select(static one => one.Index).ToHashSet() ?? [];
        var delivered = outcome.Kind switch
        {
            DeliveryOutcomeKind.Delivered => data.Where((_, index) => !refused.Contains(index)).ToArray(),
            DeliveryOutcomeKind.Retry => [.. data.Take(outcome.DeliveredCount)],
            _ => [],
        };
        if (delivered.Length == 0)
        {
            return;
        }

        if (refused.Count > 0 && to is IKeepsOwnCursor)
        {
            throw new ConnectorException(
                Fault.Internal,
                $"{north} delivered a batch but for {refused.Count} readings together with its own cursor; "
                + "a North that keeps its own cursor must reject before it stores. This is a mistake of the "
                + "connector.");
        }

        // A number says that all of its attempt was delivered; of less than that only the line tells.
        var isWhole = delivered.Length == data.Count;
        cursor.NoteTicket(isWhole ? ticket : 0, outcome.State);
        await cursor.Journal.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        file.Tell(QuarantineLineKind.Delivered, Positions(delivered), ticket, CountDerived(delivered));
        file.Contents.Delete(delivered);
        progress.Deliver(delivered.Length);
    }

    // Several may share a position where transforms made them: it leaves when all of them were delivered together.
    private static IEnumerable<long> Positions(IEnumerable<QuarantinedDatum> data) =>
        data.Select(static datum => datum.Position).Order();

    private static long CountDerived(IEnumerable<QuarantinedDatum> data) =>
        data.LongCount(static datum => datum.IsDerived);

    private void SetTrying(HashSet<long> positions)
    {
        lock (_lock)
        {
            _trying = positions;
        }
    }
}
