using Meridian.Engine.Quarantine;
using Meridian.Engine.Supervision;
using Meridian.Sdk.North;

namespace Meridian.Engine.Norths.Sending;

/// <summary>
/// What one South's part of a read waits for: at most one batch of it is on its way, so its readings never overtake
/// each other. What the destination has of it is remembered until the cursor has passed it.
/// </summary>
internal sealed class SendLane(Backoff backoff, int maxReadings)
{
    private readonly Queue<(long Position, bool IsDerived)> _delivered = [];

    /// <summary>What is left of it, the batch on its way first.</summary>
    public ReadingQueue Queue { get; } = new();

    /// <summary>Its pauses.</summary>
    public Backoff Backoff { get; } = backoff;

    /// <summary>The call that is under way; null for none.</summary>
    public Task<DeliveryOutcome>? Call { get; private set; }

    /// <summary>How many readings are on their way.</summary>
    public int CallCount { get; private set; }

    /// <summary>How many the next batch has at most.</summary>
    public int Size { get => Math.Min(field, maxReadings); private set; } = int.MaxValue;

    /// <summary>Until when it waits, as a timestamp; null when it may send.</summary>
    public long? WaitsUntil { get; set; }

    /// <summary>A batch goes.</summary>
    public void Start(Task<DeliveryOutcome> call, int count) => (Call, CallCount) = (call, count);

    /// <summary>The call has ended.</summary>
    /// <returns>How many readings it held.</returns>
    public int End()
    {
        Call = null;
        return CallCount;
    }

    /// <summary>The destination has the first readings.</summary>
    public void PassDelivered(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _delivered.Enqueue((Queue.Positions.Span[i], Queue.IsDerived[i]));
        }

        Queue.Pass(count);
        Size = (int)Math.Min(Size * 2L, int.MaxValue);
    }

    /// <summary>The next batch is not larger than that; null for as large as any.</summary>
    public void Resize(int? size) => Size = size ?? int.MaxValue;

    /// <summary>The cursor passes a position: what was delivered before it, which leaves the lane.</summary>
    /// <param name="to">The position.</param>
    /// <param name="quarantined">What lies in quarantine is not counted.</param>
    public PassedCounts TakeDelivered(long to, PositionRanges quarantined)
    {
        var (own, derived) = (0L, 0L);
        while (_delivered.TryPeek(out var one) && one.Position < to)
        {
            _ = _delivered.Dequeue();
            derived += one.IsDerived ? 1 : 0;
            own += one.IsDerived || quarantined.Contains(one.Position) ? 0 : 1;
        }

        return new PassedCounts(Delivered: own, Derived: derived);
    }

    /// <summary>What lies before a position was passed unsent, and what was delivered of it is counted with that.
    /// </summary>
    public void PassBefore(long position)
    {
        Queue.PassBefore(position);
        WaitsUntil = Queue.Count > 0 ? WaitsUntil : null;
        while (_delivered.TryPeek(out var one) && one.Position < position)
        {
            _ = _delivered.Dequeue();
        }
    }
}
