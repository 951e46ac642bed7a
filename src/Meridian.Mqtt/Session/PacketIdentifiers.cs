using System.Numerics;

namespace Meridian.Mqtt.Session;

/// <summary>
/// Gives out Packet Identifiers for what this side sends: never zero [MQTT-2.3.1-1], never one in use [MQTT-2.3.1-2],
/// going round so that
/// an identifier rests as long as possible before it is used again. One bit per identifier.
/// </summary>
/// <param name="max">The highest identifier; small ones keep the tables small (and let tests reach the edge).</param>
internal sealed class PacketIdentifiers(int max)
{
    private ulong[]? _used;
    private int _last;

    public int Max { get; } = max;

    public int InUse { get; private set; }

    // Made when the first is rented: a client that only listens needs none.
    private ulong[] Used => _used ??= new ulong[(Max >> 6) + 1];

    /// <summary>The next free identifier, or false when all are in use.</summary>
    public bool TryRent(out ushort identifier)
    {
        identifier = 0;
        if (InUse == Max)
        {
            return false;
        }

        var next = FindFree(_last + 1);
        if (next > Max)
        {
            next = FindFree(1);
        }

        Used[next >> 6] |= 1UL << next;
        _last = next;
        InUse++;
        identifier = (ushort)next;
        return true;
    }

    /// <summary>Takes one that an earlier process had in use.</summary>
    public void Take(ushort identifier)
    {
        var bit = 1UL << identifier;
        if ((Used[identifier >> 6] & bit) == 0)
        {
            Used[identifier >> 6] |= bit;
            InUse++;
            _last = Math.Max(_last, identifier);
        }
    }

    public bool Return(ushort identifier)
    {
        var bit = 1UL << identifier;
        if (identifier > Max || (Used[identifier >> 6] & bit) == 0)
        {
            return false;
        }

        Used[identifier >> 6] &= ~bit;
        InUse--;
        return true;
    }

    private int FindFree(int from)
    {
        for (var word = from >> 6; word < Used.Length; word++)
        {
            var free = ~Used[word];
            if (word == 0)
            {
                free &= ~1UL; // Zero is no identifier.
            }

            if (word == from >> 6)
            {
                free &= ulong.MaxValue << from;
            }

            if (free != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(free);
            }
        }

        return Max + 1;
    }
}
