using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Meridian.Formats.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Sparkplug.Values;

/// <summary>
/// From a metric's value and type to the value of a reading and back (Sparkplug 3.0 §6.4.16 and 17).
/// </summary>
/// <remarks>
/// Signed integers become 64-bit ones, unsigned ones unsigned, floats doubles. A DateTime is ISO 8601 text. Arrays,
/// data sets and templates are JSON, so that whoever gets them can read them. Text whose content type says JSON is
/// JSON.
/// </remarks>
public static class SparkplugReadingValue
{
    /// <summary>The content type of a text that is JSON.</summary>
    public const string JsonContentType = "application/json";

    /// <summary>Reads a value.</summary>
    /// <param name="value">The value as it is on the wire.</param>
    /// <param name="type">Its type; null when nobody said it.</param>
    /// <param name="isJson">Whether its text is JSON.</param>
    /// <param name="maxJsonBytes">How large a JSON text may become that is made of arrays, tables or templates.</param>
    /// <param name="read">The value of a reading.</param>
    /// <param name="reason">Why it cannot be read, a whole sentence; null when it can.</param>
    /// <returns>Whether it can be read.</returns>
    public static bool TryRead(
        in SparkplugValue value,
        SparkplugDataType? type,
        bool isJson,
        int maxJsonBytes,
        out ReadingValue read,
        [NotNullWhen(false)] out string? reason)
    {
        ReadingValue? found = type switch
        {
            SparkplugDataType.Int8 => Signed(value, 8),
            SparkplugDataType.Int16 => Signed(value, 16),
            SparkplugDataType.Int32 => Signed(value, 32),
            SparkplugDataType.Int64 => Signed(value, 64),
            SparkplugDataType.UInt8 => Unsigned(value, byte.MaxValue),
            SparkplugDataType.UInt16 => Unsigned(value, ushort.MaxValue),
            SparkplugDataType.UInt32 => Unsigned(value, uint.MaxValue),
            SparkplugDataType.UInt64 => Unsigned(value, ulong.MaxValue),
            SparkplugDataType.DateTime => Instant(value),
            null or SparkplugDataType.Unknown => SelfEvident(value, isJson),
            SparkplugDataType.Float or SparkplugDataType.Double or SparkplugDataType.Boolean
                or SparkplugDataType.String or SparkplugDataType.Text or SparkplugDataType.Uuid
                or SparkplugDataType.Bytes or SparkplugDataType.File => Simple(value, type.Value, isJson),
            _ => SparkplugJson.Read(value, type.Value, maxJsonBytes),
        };

        read = found ?? default;
        reason = found is null ? Explain(value, type) : null;
        return found is not null;
    }

    /// <summary>Writes a value in the type of its kind.</summary>
    /// <param name="value">The value; of none the type is that of a text.</param>
    /// <param name="type">The type.</param>
    /// <param name="contentType">What the text is; null where the type says it all.</param>
    /// <returns>The value as it is on the wire; none for none.</returns>
    public static SparkplugValue Write(in ReadingValue value, out SparkplugDataType type, out string? contentType)
    {
        contentType = null;
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                type = SparkplugDataType.Double;
                return SparkplugValue.From(value.AsDouble());
            case ReadingValueKind.Int64:
                type = SparkplugDataType.Int64;
                return SparkplugValue.FromLong((ulong)value.AsInt64());
            case ReadingValueKind.UInt64:
                type = SparkplugDataType.UInt64;
                return SparkplugValue.FromLong(value.AsUInt64());
            case ReadingValueKind.Boolean:
                type = SparkplugDataType.Boolean;
                return SparkplugValue.From(value.AsBoolean());
            case ReadingValueKind.String:
                type = SparkplugDataType.String;
                return SparkplugValue.From(value.AsString());
            case ReadingValueKind.Json:
                type = SparkplugDataType.Text;
                contentType = JsonContentType;
                return SparkplugValue.From(value.AsString());
            case ReadingValueKind.Bytes:
                type = SparkplugDataType.Bytes;
                return SparkplugValue.From(value.AsBytes().ToArray());
            default:
                type = SparkplugDataType.String;
                return default;
        }
    }

    /// <summary>ISO 8601 text of milliseconds since 1970; null for an instant that has none.</summary>
    internal static string? TextOfInstant(ulong milliseconds)
    {
        if (SparkplugTime.From(milliseconds) is not { } instant)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[32];
        return Encoding.ASCII.GetString(text[..ReadingText.FormatTimestamp(instant, text)]);
    }

    /// <summary>
    /// A signed integer. A negative one of few bits comes with its sign spread over 32 or 64 bits, or, from some, over
    /// just its own.
    /// </summary>
    private static ReadingValue? Signed(in SparkplugValue value, int bits)
    {
        long number;
        switch (value.Field)
        {
            case SparkplugField.Int:
                number = (int)(uint)value.Bits;
                break;
            case SparkplugField.Long:
                number = (long)value.Bits;
                break;
            default:
                return null;
        }

        var bound = 1L << (bits - 1); // For 64 bits the smallest, which no comparison below then excludes.
        if (bits < 64 && number >= bound && number < 2 * bound)
        {
            number -= 2 * bound;
        }

        return bits == 64 || (number >= -bound && number < bound) ? ReadingValue.From(number) : null;
    }

    private static ReadingValue? Unsigned(in SparkplugValue value, ulong max) =>
        value.Field is SparkplugField.Int or SparkplugField.Long && value.Bits <= max
            ? ReadingValue.From(value.Bits)
            : null;

    private static ReadingValue? Instant(in SparkplugValue value) =>
        value.Field is SparkplugField.Int or SparkplugField.Long && TextOfInstant(value.Bits) is { } text
            ? ReadingValue.From(text)
            : null;

    private static ReadingValue? Simple(in SparkplugValue value, SparkplugDataType type, bool isJson) => type switch
    {
        SparkplugDataType.Float or SparkplugDataType.Double when value.Field is SparkplugField.Float
            or SparkplugField.Double => SelfEvident(value, isJson),
        SparkplugDataType.Boolean when value.Field == SparkplugField.Boolean => SelfEvident(value, isJson),
        SparkplugDataType.String or SparkplugDataType.Text or SparkplugDataType.Uuid
            when value.Field == SparkplugField.String => SelfEvident(value, isJson),
        SparkplugDataType.Bytes or SparkplugDataType.File
            when value.Field == SparkplugField.Bytes => SelfEvident(value, isJson),
        _ => null,
    };

    /// <summary>What needs no type: an integer does, because its sign is not in its bits.</summary>
    private static ReadingValue? SelfEvident(in SparkplugValue value, bool isJson) => value.Field switch
    {
        SparkplugField.Float => ReadingValue.From((double)BitConverter.UInt32BitsToSingle((uint)value.Bits)),
        SparkplugField.Double => ReadingValue.From(BitConverter.UInt64BitsToDouble(value.Bits)),
        SparkplugField.Boolean => ReadingValue.From(value.Bits != 0),
        SparkplugField.String => isJson ? ReadingValue.FromJson(value.Text) : ReadingValue.From(value.Text),
        SparkplugField.Bytes => ReadingValue.From(value.Bytes),
        _ => null,
    };

    private static string Explain(in SparkplugValue value, SparkplugDataType? type) => value.Field switch
    {
        SparkplugField.None => "It has no value that Sparkplug 3.0 knows, and does not say that it is null.",
        SparkplugField.Int or SparkplugField.Long => string.Create(
            CultureInfo.InvariantCulture, $"The integer with the bits 0x{value.Bits:X} is no {type ?? default}."),
        _ => $"A value of the field {value.Field} is no {type ?? default}, or too large for one.",
    };
}
