using System.Buffers;
using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Payloads;

/// <summary>
/// Numbers as text, culture free: an integer that fits stays an integer, everything else is a double. A number beyond
/// the range of a double is refused, because infinity would be invented.
/// </summary>
internal static class NumberText
{
    /// <summary>More digits than this no source means; it bounds what is put on the stack.</summary>
    private const int MaxLengthBytes = 256;

    public static string? Read(in ReadOnlySequence<byte> payload, out ReadingValue value)
    {
        value = default;
        if (payload.Length > MaxLengthBytes)
        {
            return $"The payload of {payload.Length} bytes is too long for a number; "
                + $"{MaxLengthBytes} bytes are the most.";
        }

        Span<byte> joined = stackalloc byte[MaxLengthBytes];
        payload.CopyTo(joined);
        var text = Trim(joined[..(int)payload.Length]);
        if (text.IsEmpty)
        {
            return "The payload is empty; a number was expected.";
        }

        return TryParse(text, out value)
            ? null
            : $"The payload '{Excerpt.Of(text)}' was found where a number within the range of a double was expected.";
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out ReadingValue value)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed))
        {
            value = ReadingValue.From(signed);
            return true;
        }

        if (ulong.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unsigned))
        {
            value = ReadingValue.From(unsigned);
            return true;
        }

        const NumberStyles Real =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var isNumber = double.TryParse(text, Real, CultureInfo.InvariantCulture, out var number);
        value = ReadingValue.From(number);

        // "Infinity" is a value that was sent; 1e999 is one that was not.
        return isNumber && (!double.IsInfinity(number) || !text.ContainsAnyInRange((byte)'0', (byte)'9'));
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);
}
