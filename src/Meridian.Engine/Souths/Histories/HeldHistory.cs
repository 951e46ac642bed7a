using Meridian.Engine.History;
using Meridian.Engine.History.Checkpoints;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Histories;

/// <summary>One item's history in use. Belongs to the query that claimed it.</summary>
internal sealed class HeldHistory(ItemHistory stored)
{
    private int _isClaimed;
    private ItemHistory _offered = stored;

    /// <summary>Where it stands, with what is on its way to the disk.</summary>
    public ItemHistory Now { get; set; } = stored;

    /// <summary>Whether it has moved since it was last given to the journal.</summary>
    public bool HasMoved => Now != _offered;

    /// <summary>When it last was, by the clock that nobody sets; null for never by this process.</summary>
    public long? OfferedAt { get; private set; }

    public bool TryClaim() => Interlocked.Exchange(ref _isClaimed, 1) == 0;

    public void Release() => Volatile.Write(ref _isClaimed, 0);

    /// <summary>The item as it is configured now.</summary>
    public void Use(Item item)
    {
        if (!ReferenceEquals(Now.Item, item))
        {
            // What is stored says nothing of the item's settings, so this is no movement.
            Now = Now with { Item = item };
            _offered = _offered with { Item = item };
        }
    }

    /// <summary>What brings the journal from what it was given last to now; goes into the record of the readings.
    /// </summary>
    public IReadOnlyList<Checkpoint> Offer(long timestamp)
    {
        var moved = HistoryCheckpoints.Encode(Now, _offered);
        (_offered, OfferedAt) = (Now, timestamp);
        return Array.ConvertAll(moved, static one => new Checkpoint(one.Key, one.Value));
    }
}
