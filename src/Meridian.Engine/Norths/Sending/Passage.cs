using Meridian.Engine.Quarantine;
using Meridian.Engine.Telemetry;
using Meridian.Journal;
using Meridian.Sdk.North;

namespace Meridian.Engine.Norths.Sending;

/// <summary>Moves a North's cursor over data whose fate is known, and counts what became of them.</summary>
/// <remarks>Belongs to the North's pump.</remarks>
internal sealed class Passage(
    NorthCursor cursor,
    PendingReadings pending,
    QuarantineFile quarantine,
    NorthPumpSettings settings,
    NorthTelemetry telemetry)
{
    /// <summary>
    /// What is delivered with the first readings of a queue; those among them that were refused or lie in quarantine
    /// are not.
    /// </summary>
    public PassedCounts CountDelivered(ReadingQueue queue, int count, IReadOnlyList<Rejection> refused)
    {
        var (own, derived) = (0L, 0L);
        var positions = queue.Positions.Span;
        var isDerived = queue.IsDerived;
        for (var i = 0; i < count; i++)
        {
            derived += isDerived[i] ? 1 : 0;
            own += isDerived[i] || quarantine.Positions.Contains(positions[i]) ? 0 : 1;
        }

        foreach (var one in refused)
        {
            derived -= isDerived[one.Index] ? 1 : 0;
        }

        return new PassedCounts(Delivered: own, Derived: derived);
    }

    /// <summary>Commits a new place, unless the cursor is there.</summary>
    public void Commit(JournalPosition to, PassedCounts passed, ReadOnlyMemory<byte> connectorState = default)
    {
        var tally = cursor.Tally;
        if (to.Value > tally.Position.Value)
        {
            cursor.Commit(tally.Advance(to, WithOthers(tally.Position.Value, to.Value, passed)), connectorState);
            telemetry.Pass(to.Value);
        }
    }

    /// <summary>Where the cursor stands once what lies before is delivered.</summary>
    public DeliveryPosition PositionAfter(long end, PassedCounts passed)
    {
        var tally = cursor.Tally;
        return PositionOf(
            tally.Advance(new JournalPosition(end), WithOthers(tally.Position.Value, end, passed)));
    }

    /// <summary>Where the cursor stands.</summary>
    public DeliveryPosition PositionNow() => PositionOf(cursor.Tally);

    private DeliveryPosition PositionOf(NorthTally tally)
    {
        var token = new byte[NorthTally.SizeBytes];
        tally.Write(token);
        return new DeliveryPosition(settings.JournalId, settings.NorthId, token);
    }

    /// <summary>What else lies on the way: in quarantine, and taken out by transforms.</summary>
    private PassedCounts WithOthers(long from, long to, PassedCounts passed) => passed with
    {
        Quarantined = quarantine.Positions.CountBetween(from, to),
        Filtered = pending.FilteredBetween(from, to),
    };
}
