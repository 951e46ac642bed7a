using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Meridian.Formats.Sparkplug.Wire;

/// <summary>
/// Reads the wire format of Protocol Buffers: tags, varints, 32 and 64 bits, and what has a length. A fault is noted
/// once in <see cref="Problem"/>; from then on every read gives nothing and every loop over tags ends.
/// </summary>
/// <remarks>
/// Never reads beyond the message that it is in, and never allocates more than the bytes that are there.
/// </remarks>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;
    private int _end = bytes.Length;
    private int _depth;
    private int _elements;

    /// <summary>What is wrong, a whole sentence; null while nothing is.</summary>
    public string? Problem { get; private set; }

    private readonly int Left => _end - _at;

    /// <summary>The next field of the message; false at its end or after a fault.</summary>
    public bool TryReadTag(out int field, out WireType wire)
    {
        field = 0;
        wire = default;
        if (Problem is not null || Left == 0)
        {
            return false;
        }

        var tag = ReadVarint();
        if (tag >> 3 is 0 or > 0x1FFF_FFFF)
        {
            Fail("a field number that does not exist");
        }

        field = (int)(tag >> 3);
        wire = (WireType)(tag & 7);
        return Problem is null;
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Left == 0)
            {
                Fail("a number that is cut off");
                return 0;
            }

            var one = _bytes[_at++];
            value |= shift < 64 ? (ulong)(one & 0x7F) << shift : 0;
            if (one < 0x80)
            {
                return value;
            }
        }

        Fail("a number of more than 10 bytes");
        return 0;
    }

    /// <summary>The next of numbers that stand without tags; false at their end.</summary>
    public bool TryReadPacked(out ulong value)
    {
        value = 0;
        if (Problem is not null || Left == 0)
        {
            return false;
        }

        value = ReadVarint();
        return Problem is null;
    }

    public uint ReadFixed32() => TryTake(4, out var bytes) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public ulong ReadFixed64() => TryTake(8, out var bytes) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLength();
        return TryTake(length, out var bytes) ? bytes : default;
    }

    public string ReadText()
    {
        var utf8 = ReadBytes();
        if (!Utf8.IsValid(utf8))
        {
            Fail("a text that is not UTF-8");
            return "";
        }

        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Goes into a message within this one; give the result to <see cref="Leave"/> at its end.</summary>
    public int Enter()
    {
        var length = ReadLength();
        if (++_depth > SparkplugLimits.MaxDepth)
        {
            Fail(string.Create(
                CultureInfo.InvariantCulture, $"more than {SparkplugLimits.MaxDepth} levels of messages"));
        }

        var outer = _end;
        _end = _at + length;
        return outer;
    }

    public void Leave(int outer)
    {
        _depth--;
        _end = outer;
    }

    /// <summary>Counts one element of what the payload becomes here.</summary>
    public void Count()
    {
        if (++_elements > SparkplugLimits.MaxElements)
        {
            Fail(string.Create(
                CultureInfo.InvariantCulture, $"more than {SparkplugLimits.MaxElements:N0} elements"));
        }
    }

    /// <summary>Passes over a field that nobody here knows.</summary>
    public void Skip(WireType wire)
    {
        switch (wire)
        {
            case WireType.Varint:
                _ = ReadVarint();
                break;
            case WireType.Fixed64:
                _ = ReadFixed64();
                break;
            case WireType.Length:
                _ = ReadBytes();
                break;
            case WireType.Fixed32:
                _ = ReadFixed32();
                break;
            default:
                Fail("a group or a wire type that does not exist");
                break;
        }
    }

    private int ReadLength()
    {
        var length = ReadVarint();
        if (length > (ulong)Left)
        {
            Fail("a length beyond the end");
            return 0;
        }

        return (int)length;
    }

    private bool TryTake(int length, out ReadOnlySpan<byte> bytes)
    {
        if (length > Left)
        {
            Fail("a value that is cut off");
        }

        if (Problem is not null)
        {
            bytes = default;
            return false;
        }

        bytes = _bytes.Slice(_at, length);
        _at += length;
        return true;
    }

    private void Fail(string what) => Problem ??= string.Create(
        CultureInfo.InvariantCulture,
        $"The payload of {_bytes.Length} bytes is not Sparkplug B: up to byte {_at} there is {what}.");
}

/// <summary>How a field's value is written (Protocol Buffers, "Encoding"). 3 and 4, groups, are of the past.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}
