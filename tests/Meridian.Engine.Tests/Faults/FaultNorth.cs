using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Faults;

/// <summary>A simulated connector before which a destination's mood decides what a delivery meets.</summary>
internal class FaultNorth(INorth inner, FaultDestination destination, INorthContext context)
    : IHandlesValues, IHandlesFile
{
    public Task StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        inner.TestConnectionAsync(cancellationToken);

    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        var mood = destination.NextMood();
        int[] refused =
        [
            .. Enumerable.Range(0, batch.Readings.Length)
                .Where(index => destination.North.Refuses(batch.Readings.Span[index]) is not null),
        ];
        if (await MeetAsync(mood, cancellationToken) is { } outcome)
        {
            return outcome;
        }

        if (mood == Mood.Prefix && !destination.KeepsCursor)
        {
            var count = refused.Length > 0 ? refused[0] : batch.Readings.Length / 2;
            if (count > 0)
            {
                _ = await PutAsync(Part(batch, count), cancellationToken);
            }

            return DeliveryOutcome.Retry("Busy in the middle.", null, count);
        }

        if (refused.Length > 0 && mood is Mood.RefuseAll or Mood.RefuseNamed)
        {
            return mood == Mood.RefuseAll
                ? DeliveryOutcome.Rejected("Something in it is poison.")
                : DeliveryOutcome.Rejected([.. refused.Select(static index => new Rejection(index, "Poison."))]);
        }

        var stored = await PutAsync(batch, cancellationToken);
        return mood == Mood.LoseAnswer
            ? throw new ConnectorException(Fault.Unreachable, "The answer was lost.")
            : stored;
    }

    public async ValueTask<DeliveryOutcome> HandleFileAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        var mood = destination.NextMood();
        if (await MeetAsync(mood, cancellationToken) is { } outcome)
        {
            return outcome;
        }

        if (FaultDestination.RefusesFile(file.Name))
        {
            return DeliveryOutcome.Rejected("The file is poison.");
        }

        var stored = await PutAsync(
            () => ((IHandlesFile)inner).HandleFileAsync(file, position, cancellationToken),
            position,
            cancellationToken);
        return mood == Mood.LoseAnswer
            ? throw new ConnectorException(Fault.Unreachable, "The answer was lost.")
            : stored;
    }

    /// <summary>Stores; a destination that keeps its cursor refuses one whose cursor somebody else has moved.</summary>
    protected virtual ValueTask<DeliveryOutcome> PutAsync(
        Func<ValueTask<DeliveryOutcome>> put, DeliveryPosition position, CancellationToken cancellationToken) => put();

    private static ValuesBatch Part(ValuesBatch batch, int count) =>
        new(batch.JournalId, batch.Readings[..count], batch.Positions[..count], batch.Cursor);

    private ValueTask<DeliveryOutcome> PutAsync(ValuesBatch batch, CancellationToken cancellationToken) => PutAsync(
        () => ((IHandlesValues)inner).HandleValuesAsync(batch, cancellationToken), batch.Cursor, cancellationToken);

    /// <summary>What happens before anything is stored; an outcome where nothing is.</summary>
    private async ValueTask<DeliveryOutcome?> MeetAsync(Mood mood, CancellationToken cancellationToken)
    {
        switch (mood)
        {
            case Mood.Fail:
                throw new ConnectorException(Fault.Unreachable, "Cut.");
            case Mood.Bug:
                throw new InvalidOperationException("Bug.");
            case Mood.Busy:
                return DeliveryOutcome.Retry("Busy.");
            case Mood.BusyForLong:
                return DeliveryOutcome.Retry("Busy.", TimeSpan.FromSeconds(20));
            case Mood.LostMeanwhile:
                context.ReportLost(new ConnectorException(Fault.Unreachable, "Cut later."));
                return DeliveryOutcome.Retry("Cut.");
            case Mood.Late:
                await Task.Delay(TimeSpan.FromSeconds(15), context.Time, cancellationToken);
                return null;
            case Mood.Deaf:
                // It does not hear that it is cancelled, and stores afterwards all the same.
                await Task.Delay(TimeSpan.FromSeconds(5), context.Time, CancellationToken.None);
                return null;
            default:
                return null;
        }
    }
}

/// <summary>The same with the cursor kept at the destination, in the transaction that stores the data.</summary>
internal sealed class OwnCursorFaultNorth(INorth inner, FaultDestination destination, INorthContext context)
    : FaultNorth(inner, destination, context), IKeepsOwnCursor
{
    private readonly FaultDestination _destination = destination;
    private readonly IKeepsOwnCursor _keeper = (IKeepsOwnCursor)inner;
    private byte[] _known = [];

    public async ValueTask<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(
        string northId, CancellationToken cancellationToken)
    {
        var positions = await _keeper.ReadPositionsAsync(northId, cancellationToken);
        _known = TokenOf(positions);
        return positions;
    }

    protected override async ValueTask<DeliveryOutcome> PutAsync(
        Func<ValueTask<DeliveryOutcome>> put, DeliveryPosition position, CancellationToken cancellationToken)
    {
        await _destination.Turn.WaitAsync(cancellationToken);
        try
        {
            var there = TokenOf(await _keeper.ReadPositionsAsync(position.NorthId, cancellationToken));
            if (!there.AsSpan().SequenceEqual(_known))
            {
                throw new ConnectorException(Fault.Unreachable, "Another writer has moved the cursor.");
            }

            var outcome = await put();
            _known = TokenOf(await _keeper.ReadPositionsAsync(position.NorthId, cancellationToken));
            return outcome;
        }
        finally
        {
            _destination.Turn.Release();
        }
    }

    private static byte[] TokenOf(IReadOnlyList<DeliveryPosition> positions) =>
        positions is [var one, ..] ? one.Token.ToArray() : [];
}
