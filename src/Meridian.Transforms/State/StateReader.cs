using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Meridian.Sdk.Readings;

namespace Meridian.Transforms.State;

/// <summary>
/// Reads what <see cref="StateWriter"/> wrote. Bytes that are something else make it broken: everything read from then
/// on is zero or empty, and <see cref="IsWhole"/> is false. Nothing is trusted, nothing throws.
/// </summary>
internal ref struct StateReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;
    private List<string>? _names;

    /// <summary>Whether something was read that is not there or not what was written.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether everything was read and nothing was broken.</summary>
    public readonly bool IsWhole => !IsBroken && _rest.IsEmpty;

    public byte ReadByte() => Take(1) is [var value] ? value : (byte)0;

    public ulong ReadCount()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        return (ulong)Break();
    }

    /// <summary>A number of things that follow, each of at least one byte, and no more than a limit.</summary>
    public int ReadLength(int most)
    {
        var count = ReadCount();
        return count <= (ulong)Math.Min(most, _rest.Length) ? (int)count : Break();
    }

    public long ReadInteger()
    {
        var value = ReadCount();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>An instant in ticks, within what a <see cref="DateTimeOffset"/> holds.</summary>
    public long ReadTicks()
    {
        var ticks = ReadInteger();
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? ticks : Break();
    }

    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadBits());

    public long ReadBits() =>
        Take(sizeof(long)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public ReadOnlySpan<byte> ReadBytes() => Take(ReadLength(int.MaxValue));

    public string ReadText()
    {
        var bytes = ReadBytes();
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        Break();
        return string.Empty;
    }

    public string? ReadName()
    {
        _names ??= [];
        var number = ReadCount();
        if (number == 1)
        {
            _names.Add(ReadText());
            return _names[^1];
        }

        if (number > 1 && number - 2 < (ulong)_names.Count)
        {
            return _names[(int)(number - 2)];
        }

        if (number > 0)
        {
            Break();
        }

        return null;
    }

    public ReadingValue ReadValue()
    {
        switch ((ReadingValueKind)ReadByte())
        {
            case ReadingValueKind.Double:
                return ReadingValue.From(ReadDouble());
            case ReadingValueKind.Int64:
                return ReadingValue.From(ReadInteger());
            case ReadingValueKind.UInt64:
                return ReadingValue.From(ReadCount());
            case ReadingValueKind.Boolean:
                return ReadingValue.From(ReadByte() != 0);
            case ReadingValueKind.String:
                return ReadingValue.From(ReadText());
            case ReadingValueKind.Json:
                return ReadingValue.FromJson(ReadText());
            case ReadingValueKind.Bytes:
                return ReadingValue.From(ReadBytes().ToArray());
            case ReadingValueKind.Null:
                return ReadingValue.Null;
            default:
                Break();
                return ReadingValue.Null;
        }
    }

    /// <summary>What was read cannot have been written.</summary>
    public void Refuse() => Break();

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            Break();
            return default;
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private int Break()
    {
        IsBroken = true;
        _rest = default;
        return 0;
    }
}
