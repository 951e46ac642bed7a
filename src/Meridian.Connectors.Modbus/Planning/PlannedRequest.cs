using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.South;

namespace Meridian.Connectors.Modbus.Planning;

/// <summary>One read and the items that it serves; immutable.</summary>
internal sealed class PlannedRequest
{
    /// <summary>Makes the request that covers some items.</summary>
    /// <param name="items">Items of one unit and kind, by address; at least one.</param>
    public PlannedRequest(PlannedItem[] items)
    {
        var address = items[0].Address;
        Items = items;
        Count = items.Max(static item => item.End) - address;
        Request = new ModbusRequest(items[0].UnitId, items[0].Kind.Read(), (ushort)address, (ushort)Count);
    }

    /// <summary>The items, by address.</summary>
    public PlannedItem[] Items { get; }

    /// <summary>How many coils or registers it asks for.</summary>
    public int Count { get; }

    /// <summary>What is sent.</summary>
    public ModbusRequest Request { get; }

    /// <summary>The unit it is for.</summary>
    public byte UnitId => Request.UnitId;

    /// <summary>
    /// Two requests that serve the same items, for a device that refuses them as one: parted where most is read in
    /// vain, since that is what it may not have; else in the middle.
    /// </summary>
    /// <returns>The two; null for a single item, which cannot be parted.</returns>
    public (PlannedRequest First, PlannedRequest Second)? Split()
    {
        if (Items.Length < 2)
        {
            return null;
        }

        var (at, widest, end) = (Items.Length / 2, 0, Items[0].End);
        for (var i = 1; i < Items.Length; i++)
        {
            if (Items[i].Address - end > widest)
            {
                (at, widest) = (i, Items[i].Address - end);
            }

            end = Math.Max(end, Items[i].End);
        }

        return (new PlannedRequest(Items[..at]), new PlannedRequest(Items[at..]));
    }
}
