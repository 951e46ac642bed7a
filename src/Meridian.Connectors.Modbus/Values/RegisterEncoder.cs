using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Modbus.Values;

/// <summary>
/// Values as coils and registers, or why they cannot be written, in words. Pure. Nothing is cut: what does not fit is
/// refused.
/// </summary>
internal static class RegisterEncoder
{
    /// <summary>Writes a value as it goes on the wire.</summary>
    /// <param name="format">How it shall lie there.</param>
    /// <param name="value">The value.</param>
    /// <param name="bytes">FF00 or 0000 for a coil, two bytes for each register; empty when refused.</param>
    /// <returns>Why not, a whole sentence; null when it fits.</returns>
    public static string? Find(in RegisterFormat format, ReadingValue value, out byte[] bytes)
    {
        bytes = [];
        if (format.IsBitTable)
        {
            return FindCoil(value, out bytes);
        }

        if (format.Type == ModbusType.Bool)
        {
            return "A single bit of a register cannot be written without writing the others; give the item the whole "
                + "register.";
        }

        if (format.Type == ModbusType.String)
        {
            return FindText(format, value, out bytes);
        }

        if (FindRaw(format, value, out var raw) is { } problem)
        {
            return problem;
        }

        bytes = Registers(raw, format.Count, format.Order);
        return null;
    }

    private static string? FindCoil(ReadingValue value, out byte[] bytes)
    {
        bytes = [];
        if (value.Kind != ReadingValueKind.Boolean)
        {
            return $"The value is {value}; a coil takes true or false. Set the setpoint's type to boolean.";
        }

        bytes = value.AsBoolean() ? [0xFF, 0x00] : [0x00, 0x00]; // V1.1b3 §6.5
        return null;
    }

    private static string? FindText(in RegisterFormat format, ReadingValue value, out byte[] bytes)
    {
        bytes = [];
        if (value.Kind != ReadingValueKind.String)
        {
            return $"The value is {value}; the item takes a text. Set the setpoint's type to text.";
        }

        byte[] text;
        try
        {
            text = format.Encoding.Strict().GetBytes(value.AsString());
        }
        catch (EncoderFallbackException)
        {
            return $"The text '{value}' has characters that the item's encoding does not have.";
        }

        if (text.Length > format.LengthBytes)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The text has {text.Length} bytes; the item has room for {format.LengthBytes}.");
        }

        // What is left of the room is filled with 0, where the text then ends.
        bytes = new byte[2 * format.Count];
        text.CopyTo(bytes, 0);
        if (format.Order.SwapsBytes())
        {
            RegisterDecoder.SwapPairs(bytes);
        }

        return null;
    }

    private static string? FindRaw(in RegisterFormat format, ReadingValue value, out ulong raw)
    {
        raw = 0;
        if (format.Type is ModbusType.Float32 or ModbusType.Float64)
        {
            return FindFloat(format, value, out raw);
        }

        if (!format.IsScaled && value.Kind is ReadingValueKind.Int64 or ReadingValueKind.UInt64)
        {
            var whole = value.Kind == ReadingValueKind.Int64 ? value.AsInt64() : (Int128)value.AsUInt64();
            return FindInteger(format.Type, whole, out raw);
        }

        if (Number(value) is not { } number)
        {
            return $"The value is {value}; the item takes a number.";
        }

        // Scaled, the nearest step is meant; unscaled, a fraction would be lost.
        var unscaled = (number - format.Offset) / format.Scale;
        var rounded = format.IsScaled ? Math.Round(unscaled) : unscaled;
        if (!double.IsFinite(rounded) || !Math.Floor(rounded).Equals(rounded))
        {
            return $"The value is {value}; the item takes a whole number.";
        }

        // Kept within what can be converted, and still out of every type's range where it was.
        return FindInteger(format.Type, (Int128)Math.Clamp(rounded, -1e20, 1e20), out raw);
    }

    private static string? FindInteger(ModbusType type, Int128 number, out ulong raw)
    {
        (Int128 least, Int128 most) = type switch
        {
            ModbusType.Int16 => (short.MinValue, short.MaxValue),
            ModbusType.Uint16 => (ushort.MinValue, ushort.MaxValue),
            ModbusType.Int32 => (int.MinValue, int.MaxValue),
            ModbusType.Uint32 => (uint.MinValue, uint.MaxValue),
            ModbusType.Int64 => (long.MinValue, long.MaxValue),
            _ => ((Int128)ulong.MinValue, (Int128)ulong.MaxValue),
        };
        raw = unchecked((ulong)number);
        return number < least || number > most
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The raw number {number} does not fit: the item's registers hold {least} to {most}.")
            : null;
    }

    private static string? FindFloat(in RegisterFormat format, ReadingValue value, out ulong raw)
    {
        raw = 0;
        if (Number(value) is not { } number)
        {
            return $"The value is {value}; the item takes a number.";
        }

        number = format.IsScaled ? (number - format.Offset) / format.Scale : number;
        var single = (float)number;
        if (!double.IsFinite(number) || (format.Type == ModbusType.Float32 && !float.IsFinite(single)))
        {
            return $"The value is {value}, which is too large for the item's floating-point number.";
        }

        raw = format.Type == ModbusType.Float32
            ? BitConverter.SingleToUInt32Bits(single)
            : BitConverter.DoubleToUInt64Bits(number);
        return null;
    }

    private static double? Number(ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Double => value.AsDouble(),
        ReadingValueKind.Int64 => value.AsInt64(),
        ReadingValueKind.UInt64 => value.AsUInt64(),
        _ => null,
    };

    private static byte[] Registers(ulong raw, int count, ModbusOrder order)
    {
        var bytes = new byte[2 * count];
        for (var i = 0; i < count; i++)
        {
            var word = unchecked((ushort)(raw >> (16 * (count - 1 - i))));
            BinaryPrimitives.WriteUInt16BigEndian(
                bytes.AsSpan(2 * (order.SwapsWords() ? count - 1 - i : i)),
                order.SwapsBytes() ? BinaryPrimitives.ReverseEndianness(word) : word);
        }

        return bytes;
    }
}
