using System.Collections.Concurrent;
using Meridian.Engine.History;
using Meridian.Engine.History.Checkpoints;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Histories;

/// <summary>
/// Where the histories of a South's items stand. Follows the checkpoints in the journal and outlives connections. Any
/// thread; a history belongs to one query at a time.
/// </summary>
/// <param name="find">A checkpoint of the South in the journal, or null.</param>
internal sealed class HistoryMemory(Func<string, ReadOnlyMemory<byte>?> find)
{
    private readonly ConcurrentDictionary<string, HeldHistory> _held = new(StringComparer.Ordinal);

    /// <summary>Takes an item's history into use.</summary>
    /// <returns>The history, or null while another query has it.</returns>
    /// <exception cref="HistoryFormatException">What the journal holds of the item is damaged.</exception>
    public HeldHistory? TryClaim(Item item)
    {
        var held = _held.GetOrAdd(item.Name, static (_, read) => new HeldHistory(read()), () => Read(item));
        if (!held.TryClaim())
        {
            return null;
        }

        held.Use(item);
        return held;
    }

    /// <summary>Where an item stands, in use or not.</summary>
    /// <exception cref="HistoryFormatException">What the journal holds of the item is damaged.</exception>
    public ItemHistory Peek(Item item) =>
        _held.TryGetValue(item.Name, out var held) ? held.Now : Read(item);

    /// <summary>The query is over; what it did not get on disk is forgotten, and read from the journal again.</summary>
    public void Release(HeldHistory held, bool isStored)
    {
        if (isStored)
        {
            held.Release();
        }
        else
        {
            // Stays claimed for ever: whoever has just found it must not go on with it.
            _ = _held.TryRemove(held.Now.Item.Name, out _);
        }
    }

    private ItemHistory Read(Item item) => HistoryCheckpoints.Decode(item, key => find(key)?.ToArray());
}
