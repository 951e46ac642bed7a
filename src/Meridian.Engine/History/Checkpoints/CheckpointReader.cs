using System.Buffers.Binary;

namespace Meridian.Engine.History.Checkpoints;

/// <summary>Reads what <see cref="CheckpointWriter"/> wrote; anything else is a fault that names the place.</summary>
internal ref struct CheckpointReader
{
    private readonly string _item;
    private readonly string _key;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    /// <summary>Checks the checksum and the version.</summary>
    public CheckpointReader(string item, string key, ReadOnlySpan<byte> bytes, byte version)
    {
        _item = item;
        _key = key;
        var length = bytes.Length - sizeof(uint);
        _bytes = length < 1 ? default : bytes[..length];
        if (length < 1
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[length..]) != CheckpointChecksum.Of(bytes[..length]))
        {
            throw Damaged($"its {bytes.Length} bytes do not have their checksum");
        }

        _at = 1;
        if (bytes[0] != version)
        {
            throw new HistoryFormatException(
                item, $"checkpoint '{key}' is of version {bytes[0]} and this build reads version {version}");
        }
    }

    /// <summary>An unsigned integer, at most <paramref name="most"/>.</summary>
    public long ReadVarint(long most, string what)
    {
        var value = 0UL;
        for (var shift = 0; shift < 63 && _at < _bytes.Length; shift += 7)
        {
            var next = _bytes[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value <= (ulong)most
                    ? (long)value
                    : throw Damaged($"{what} is {value}, at most {most} is possible");
            }
        }

        throw Damaged($"{what} does not end");
    }

    /// <summary>Eight bytes, little-endian.</summary>
    public ulong ReadUInt64()
    {
        if (_bytes.Length - _at < sizeof(ulong))
        {
            throw Damaged("it is cut");
        }

        _at += sizeof(ulong);
        return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(_at - sizeof(ulong))..]);
    }

    /// <summary>Nothing may follow.</summary>
    public readonly void ReadEnd()
    {
        if (_at != _bytes.Length)
        {
            throw Damaged($"{_bytes.Length - _at} bytes follow its end");
        }
    }

    /// <summary>The fault: something in these bytes cannot be.</summary>
    public readonly HistoryFormatException Damaged(string what) =>
        new(_item, $"checkpoint '{_key}' is damaged at byte {_at}: {what}");
}
