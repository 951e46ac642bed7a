using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Modbus.Values;

/// <summary>Registers and bits as values. Pure; allocates for texts alone.</summary>
internal static class RegisterDecoder
{
    /// <summary>Reads a value.</summary>
    /// <param name="format">How it lies there.</param>
    /// <param name="data">What a request has read, as on the wire.</param>
    /// <param name="index">Which register or bit of it is the value's first.</param>
    /// <param name="value">The value; the bytes as they came where they are no text.</param>
    /// <returns>Whether the bytes are what the format says.</returns>
    public static bool TryDecode(in RegisterFormat format, ReadOnlySpan<byte> data, int index, out ReadingValue value)
    {
        if (format.IsBitTable)
        {
            // The first one asked for is the lowest bit of the first byte (V1.1b3 §6.1).
            value = ReadingValue.From((data[index >> 3] >> (index & 7) & 1) != 0);
            return true;
        }

        var registers = data.Slice(2 * index, 2 * format.Count);
        if (format.Type == ModbusType.String)
        {
            return TryText(format, registers, out value);
        }

        value = Number(format, Raw(registers, format.Order));
        return true;
    }

    /// <summary>The bits of a number of one, two or four registers.</summary>
    private static ulong Raw(ReadOnlySpan<byte> registers, ModbusOrder order)
    {
        var (swapsBytes, swapsWords) = (order.SwapsBytes(), order.SwapsWords());
        var raw = 0UL;
        for (var i = 0; i < registers.Length; i += 2)
        {
            var word = BinaryPrimitives.ReadUInt16BigEndian(registers[(swapsWords ? registers.Length - 2 - i : i)..]);
            raw = raw << 16 | (swapsBytes ? BinaryPrimitives.ReverseEndianness(word) : word);
        }

        return raw;
    }

    private static ReadingValue Number(in RegisterFormat format, ulong raw)
    {
        if (!format.IsScaled)
        {
            return format.Type switch
            {
                ModbusType.Bool => ReadingValue.From((raw >> format.Bit & 1) != 0),
                ModbusType.Uint64 => ReadingValue.From(raw),
                ModbusType.Float32 or ModbusType.Float64 => ReadingValue.From(Double(format.Type, raw)),
                _ => ReadingValue.From(Integer(format.Type, raw)),
            };
        }

        var number = format.Type switch
        {
            ModbusType.Uint64 => raw,
            ModbusType.Float32 or ModbusType.Float64 => Double(format.Type, raw),
            _ => Integer(format.Type, raw),
        };
        return ReadingValue.From((number * format.Scale) + format.Offset);
    }

    private static long Integer(ModbusType type, ulong raw) => type switch
    {
        ModbusType.Int16 => unchecked((short)raw),
        ModbusType.Int32 => unchecked((int)raw),
        _ => unchecked((long)raw),
    };

    private static double Double(ModbusType type, ulong raw) => type == ModbusType.Float32
        ? BitConverter.UInt32BitsToSingle((uint)raw)
        : BitConverter.UInt64BitsToDouble(raw);

    private static bool TryText(in RegisterFormat format, ReadOnlySpan<byte> registers, out ReadingValue value)
    {
        Span<byte> bytes = stackalloc byte[registers.Length];
        registers.CopyTo(bytes);
        if (format.Order.SwapsBytes())
        {
            SwapPairs(bytes);
        }

        var text = bytes[..format.LengthBytes];
        var end = text.IndexOf((byte)0);
        text = (end < 0 ? text : text[..end]).TrimEnd((byte)' ');
        if (TryDecode(format.Encoding, text, out var decoded))
        {
            value = ReadingValue.From(decoded);
            return true;
        }

        value = ReadingValue.From(bytes[..format.LengthBytes].ToArray());
        return false;
    }

    private static bool TryDecode(
        ModbusTextEncoding encoding, ReadOnlySpan<byte> text, [NotNullWhen(true)] out string? decoded)
    {
        try
        {
            decoded = encoding.Strict().GetString(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            decoded = null;
            return false;
        }
    }

    /// <summary>Exchanges the two bytes of each register.</summary>
    internal static void SwapPairs(Span<byte> bytes)
    {
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            (bytes[i], bytes[i + 1]) = (bytes[i + 1], bytes[i]);
        }
    }
}
