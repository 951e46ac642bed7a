namespace Meridian.Mqtt.Session;

/// <summary>
/// A set of the peer's Packet Identifiers, one bit each; takes memory only up to the highest one seen.
/// </summary>
internal sealed class IdentifierSet
{
    private ulong[] _bits = [];

    public bool Contains(ushort identifier)
    {
        var word = identifier >> 6;
        return word < _bits.Length && (_bits[word] & (1UL << identifier)) != 0;
    }

    public void Add(ushort identifier)
    {
        var word = identifier >> 6;
        if (word >= _bits.Length)
        {
            Array.Resize(ref _bits, Math.Min(1_024, Math.Max(word + 1, _bits.Length * 2)));
        }

        _bits[word] |= 1UL << identifier;
    }

    public bool Remove(ushort identifier)
    {
        var wasThere = Contains(identifier);
        if (wasThere)
        {
            _bits[identifier >> 6] &= ~(1UL << identifier);
        }

        return wasThere;
    }

    public void Clear() => Array.Clear(_bits);
}
