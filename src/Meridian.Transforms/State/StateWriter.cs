using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Transforms.State;

/// <summary>
/// Writes what a transform remembers, little-endian and compact; <see cref="StateReader"/> reads it. Drawn in
/// docs/formats/transforms.md.
/// </summary>
internal sealed class StateWriter(IBufferWriter<byte> output)
{
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    public void WriteByte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Seven bits a byte, the lowest first.</summary>
    public void WriteCount(ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        for (; value > 0x7F; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>Small numbers of either sign are short.</summary>
    public void WriteInteger(long value) => WriteCount((ulong)((value << 1) ^ (value >> 63)));

    public void WriteDouble(double value) => WriteBits(BitConverter.DoubleToInt64Bits(value));

    public void WriteBits(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public void WriteText(string text)
    {
        WriteCount((ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, output);
    }

    /// <summary>A text that comes again, such as a South's name: in full once, then by number.</summary>
    public void WriteName(string? name)
    {
        if (name is null)
        {
            WriteCount(0);
        }
        else if (_names.TryGetValue(name, out var number))
        {
            WriteCount((ulong)number);
        }
        else
        {
            // 0 is none, 1 is a new name; the names themselves are numbered from 2.
            _names.Add(name, _names.Count + 2);
            WriteCount(1);
            WriteText(name);
        }
    }

    public void WriteValue(in ReadingValue value)
    {
        WriteByte((byte)value.Kind);
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                WriteDouble(value.AsDouble());
                break;
            case ReadingValueKind.Int64:
                WriteInteger(value.AsInt64());
                break;
            case ReadingValueKind.UInt64:
                WriteCount(value.AsUInt64());
                break;
            case ReadingValueKind.Boolean:
                WriteByte(value.AsBoolean() ? (byte)1 : (byte)0);
                break;
            case ReadingValueKind.String or ReadingValueKind.Json:
                WriteText(value.AsString());
                break;
            case ReadingValueKind.Bytes:
                WriteCount((ulong)value.AsBytes().Length);
                output.Write(value.AsBytes().Span);
                break;
            default:
                break;
        }
    }
}
