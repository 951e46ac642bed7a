using System.Buffers.Binary;
using System.Numerics;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// Gives the same string for the same Topic Name bytes, so that a message on a known topic allocates nothing and is not
/// validated again.
/// A table of direct places that grows to <see cref="MaxEntries"/>; a new topic takes the place of the one that hashes
/// alike.
/// Used by one loop at a time.
/// </summary>
internal sealed class TopicCache
{
    public const int MaxEntries = 4_096;
    public const int MaxCachedBytes = 512;
    private const int InitialEntries = 16;

    private Entry[] _entries = [];
    private int _count;

    /// <summary>The validated Topic Name.</summary>
    /// <exception cref="MqttProtocolException">The bytes are not a Topic Name.</exception>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxCachedBytes)
        {
            return Decode(utf8);
        }

        var hash = Hash(utf8);
        if (_entries.Length > 0)
        {
            ref var known = ref _entries[hash & (uint)(_entries.Length - 1)];
            if (known.Hash == hash && known.Utf8 is not null && utf8.SequenceEqual(known.Utf8))
            {
                return known.Topic;
            }
        }

        var topic = Decode(utf8);
        Add(new Entry(hash, utf8.ToArray(), topic));
        return topic;
    }

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            throw new MqttProtocolException("MQTT-4.7.3-1", MqttReasonCode.TopicNameInvalid, "A Topic Name is empty.");
        }

        return utf8.ContainsAny((byte)'+', (byte)'#')
            ? throw new MqttProtocolException(
                "MQTT-3.3.2-2", MqttReasonCode.TopicNameInvalid, "A Topic Name contains a wildcard.")
            : WireText.Decode(utf8);
    }

    private void Add(Entry entry)
    {
        if (_count >= _entries.Length / 2 && _entries.Length < MaxEntries)
        {
            Grow();
        }

        ref var place = ref _entries[entry.Hash & (uint)(_entries.Length - 1)];
        _count += place.Utf8 is null ? 1 : 0;
        place = entry;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[Math.Max(InitialEntries, old.Length * 2)];
        _count = 0;
        foreach (var entry in old)
        {
            if (entry.Utf8 is not null)
            {
                _entries[entry.Hash & (uint)(_entries.Length - 1)] = entry;
                _count++;
            }
        }
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var crc = (uint)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }

    private readonly record struct Entry(uint Hash, byte[]? Utf8, string Topic);
}
