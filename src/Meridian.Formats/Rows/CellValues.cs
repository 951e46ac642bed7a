using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Formats.Payloads;
using Meridian.Formats.Text;
using Meridian.Formats.Times;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Rows;

/// <summary>What a cell says: a value, a time, a quality. Stateless.</summary>
internal static class CellValues
{
    /// <summary>The longest text of a number, with room; more is text.</summary>
    private const int MaxNumberLength = 256;

    private static readonly string[] True = ["true", "t", "yes", "y", "on", "1"];
    private static readonly string[] False = ["false", "f", "no", "n", "off", "0"];

    /// <summary>The value of a cell, or why it has none.</summary>
    /// <returns>What was expected, for a message; null when there is a value.</returns>
    public static string? Read(in RowCell cell, ValueWish wish, bool hasDecimalComma, out ReadingValue value)
    {
        value = default;
        if (cell.Kind == RowCellKind.Unreadable)
        {
            return "something that can be read";
        }

        switch (wish)
        {
            case ValueWish.Auto:
                value = ReadAuto(cell, hasDecimalComma);
                return null;
            case ValueWish.Text:
                value = ReadingValue.From(TextOf(cell));
                return null;
            case ValueWish.Number:
                return TryReadNumber(cell, hasDecimalComma, out value) ? null
                    : hasDecimalComma ? "a number with a decimal comma" : "a number";
            default:
                var isBoolean = TryReadBoolean(cell, out var truth);
                value = ReadingValue.From(truth);
                return isBoolean ? null : "true or false";
        }
    }

    /// <summary>The time of a cell.</summary>
    public static bool TryReadTime(in RowCell cell, TimestampCodec codec, out DateTimeOffset time)
    {
        time = default;
        switch (cell.Kind)
        {
            case RowCellKind.Instant:
                time = new DateTimeOffset(cell.Time.Ticks, TimeSpan.Zero);
                return true;
            case RowCellKind.Local:
                return codec.TryReadLocal(cell.Time, out time);
            case RowCellKind.Text:
                return codec.TryRead(cell.Text, out time);
            case RowCellKind.Integer:
                return codec.TryRead(cell.Integer, out time);
            case RowCellKind.Unsigned:
                return codec.TryRead(cell.Unsigned, out time);
            case RowCellKind.Decimal:
                return codec.TryRead((decimal)cell.Reference!, out time); // its kind says so
            case RowCellKind.Real when Math.Abs(cell.Real) < 1e21:
                return TryReadReal(cell.Real, codec, out time);
            default:
                return false;
        }
    }

    /// <summary>The quality of a cell; none is good.</summary>
    public static bool TryReadQuality(in RowCell cell, out Quality quality)
    {
        quality = Quality.Good;
        switch (cell.Kind)
        {
            case RowCellKind.Null:
                return true;
            case RowCellKind.Boolean:
                quality = cell.Boolean ? Quality.Good : Quality.Bad;
                return true;
            case RowCellKind.Integer or RowCellKind.Unsigned:
                quality = new Quality(unchecked((uint)cell.Integer));

                // Databases without unsigned numbers keep a status code with a sign.
                return cell.Integer is >= int.MinValue and <= uint.MaxValue;
            case RowCellKind.Text when cell.Text.Length <= MaxNumberLength:
                Span<byte> utf8 = stackalloc byte[3 * MaxNumberLength];
                utf8 = utf8[..Encoding.UTF8.GetBytes(cell.Text.Trim(), utf8)];
                return QualityText.TryParseWord(utf8, out quality) || QualityText.TryParseCode(utf8, out quality)
                    || TryReadTruth(utf8, out quality);
            default:
                return false;
        }
    }

    /// <summary>The text of a cell, as people write it.</summary>
    public static string TextOf(in RowCell cell)
    {
        switch (cell.Kind)
        {
            case RowCellKind.Text or RowCellKind.Json or RowCellKind.Unreadable:
                return cell.TextString();
            case RowCellKind.Instant or RowCellKind.Local:
                return TimeText(cell);
            case RowCellKind.Decimal:
                return ((decimal)cell.Reference!).ToString(CultureInfo.InvariantCulture); // its kind says so
            default:
                return ReadAuto(cell, hasDecimalComma: false).ToString();
        }
    }

    private static ReadingValue ReadAuto(in RowCell cell, bool hasDecimalComma)
    {
        switch (cell.Kind)
        {
            case RowCellKind.Null:
                return default;
            case RowCellKind.Bytes:
                return ReadingValue.From((byte[])cell.Reference!); // its kind says so
            case RowCellKind.Json:
                return ReadingValue.FromJson(cell.TextString());
            case RowCellKind.Boolean:
                return ReadingValue.From(cell.Boolean);
            case RowCellKind.Instant or RowCellKind.Local:
                return ReadingValue.From(TimeText(cell));
            case RowCellKind.Text:
                return TryReadNumber(cell, hasDecimalComma, out var number) ? number
                    : cell.Text.Equals("true", StringComparison.OrdinalIgnoreCase) ? ReadingValue.From(true)
                    : cell.Text.Equals("false", StringComparison.OrdinalIgnoreCase) ? ReadingValue.From(false)
                    : ReadingValue.From(cell.TextString());
            default:
                TryReadNumber(cell, hasDecimalComma, out var typed);
                return typed;
        }
    }

    private static bool TryReadNumber(in RowCell cell, bool hasDecimalComma, out ReadingValue value)
    {
        value = default;
        switch (cell.Kind)
        {
            case RowCellKind.Integer:
                value = ReadingValue.From(cell.Integer);
                return true;
            case RowCellKind.Unsigned:
                value = ReadingValue.From(cell.Unsigned);
                return true;
            case RowCellKind.Real:
                value = ReadingValue.From(cell.Real);
                return true;
            case RowCellKind.Decimal:
                // Always a double, or a column would change its type from row to row.
                value = ReadingValue.From((double)(decimal)cell.Reference!); // its kind says so
                return true;
            case RowCellKind.Boolean:
                value = ReadingValue.From(cell.Boolean ? 1L : 0L);
                return true;
            case RowCellKind.Text:
                return TryParseNumber(cell.Text.Trim(), hasDecimalComma, out value);
            default:
                return false;
        }
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, bool hasDecimalComma, out ReadingValue value)
    {
        value = default;
        if (text.IsEmpty || text.Length > MaxNumberLength || !Ascii.IsValid(text)
            || (hasDecimalComma && text.Contains('.')))
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[MaxNumberLength];
        utf8 = utf8[..Encoding.UTF8.GetBytes(text, utf8)];
        if (hasDecimalComma)
        {
            utf8.Replace((byte)',', (byte)'.');
        }

        return NumberText.TryParse(utf8, out value);
    }

    private static bool TryReadBoolean(in RowCell cell, out bool truth)
    {
        switch (cell.Kind)
        {
            case RowCellKind.Boolean:
                truth = cell.Boolean;
                return true;
            case RowCellKind.Integer:
                truth = cell.Integer == 1;
                return cell.Integer is 0 or 1;
            case RowCellKind.Text:
                truth = IsOneOf(True, cell.Text.Trim());
                return truth || IsOneOf(False, cell.Text.Trim());
            default:
                truth = TryReadNumber(cell, hasDecimalComma: false, out var number)
                    && number == ReadingValue.From(1.0);
                return truth || number == ReadingValue.From(0.0);
        }
    }

    /// <summary>By way of its shortest text: a cast would keep 15 digits, and a Julian day has 17.</summary>
    private static bool TryReadReal(double amount, TimestampCodec codec, out DateTimeOffset time)
    {
        time = default;
        Span<char> text = stackalloc char[32];
        return amount.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture)
            && decimal.TryParse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            && codec.TryRead(exact, out time);
    }

    private static bool TryReadTruth(ReadOnlySpan<byte> utf8, out Quality quality)
    {
        var isTrue = Ascii.EqualsIgnoreCase(utf8, "true"u8);
        quality = isTrue ? Quality.Good : Quality.Bad;
        return isTrue || Ascii.EqualsIgnoreCase(utf8, "false"u8);
    }

    private static bool IsOneOf(string[] words, ReadOnlySpan<char> text)
    {
        foreach (var word in words)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string TimeText(in RowCell cell)
    {
        if (cell.Kind == RowCellKind.Local)
        {
            return cell.Time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        }

        var output = new ArrayBufferWriter<byte>();
        ReadingText.WriteTimestamp(new DateTimeOffset(cell.Time, TimeSpan.Zero), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
