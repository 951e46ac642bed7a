using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Text;

/// <summary>
/// The parts of a reading as UTF-8 text, culture free and without allocation; the same text as their <c>ToString</c>.
/// </summary>
/// <remarks>Any thread.</remarks>
public static class ReadingText
{
    /// <summary>Digits of any number or timestamp, with room: the longest double has 24.</summary>
    private const int MaxScalarBytes = 40;

    private static ReadOnlySpan<byte> UpperHex => "0123456789ABCDEF"u8;

    /// <summary>
    /// Writes a value: numbers as short as they round-trip, booleans as <c>true</c> and <c>false</c>, text and JSON as
    /// they are, bytes in hexadecimal, none as <c>null</c>.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Where to.</param>
    public static void WriteValue(in ReadingValue value, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                WriteNumber(value.AsDouble(), "R", output);
                break;
            case ReadingValueKind.Int64:
                WriteNumber(value.AsInt64(), default, output);
                break;
            case ReadingValueKind.UInt64:
                WriteNumber(value.AsUInt64(), default, output);
                break;
            case ReadingValueKind.Boolean:
                output.Write(value.AsBoolean() ? "true"u8 : "false"u8);
                break;
            case ReadingValueKind.String or ReadingValueKind.Json:
                Encoding.UTF8.GetBytes(value.AsString(), output);
                break;
            case ReadingValueKind.Bytes:
                WriteHex(value.AsBytes().Span, output);
                break;
            default:
                output.Write("null"u8);
                break;
        }
    }

    /// <summary>
    /// Writes a timestamp as ISO 8601 in UTC with seven digits of a second, such as
    /// <c>2026-11-21T10:15:00.2500000Z</c>. All have the same length, so that text sorts as time does.
    /// </summary>
    /// <param name="timestamp">The timestamp.</param>
    /// <param name="output">Where to.</param>
    public static void WriteTimestamp(DateTimeOffset timestamp, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        var written = FormatTimestamp(timestamp, output.GetSpan(MaxScalarBytes));
        output.Advance(written);
    }

    /// <summary>
    /// Writes a quality: <c>good</c>, <c>uncertain</c> or <c>bad</c>, followed by the status code in hexadecimal when
    /// it says more than the word.
    /// </summary>
    /// <param name="quality">The quality.</param>
    /// <param name="output">Where to.</param>
    public static void WriteQuality(Quality quality, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        output.Write(WordOf(quality));
        if (SaysMoreThanWord(quality))
        {
            output.Write(" 0x"u8);
            WriteNumber(quality.StatusCode, "X8", output);
        }
    }

    internal static ReadOnlySpan<byte> WordOf(Quality quality) =>
        quality.IsGood ? "good"u8 : quality.IsUncertain ? "uncertain"u8 : "bad"u8;

    internal static bool SaysMoreThanWord(Quality quality) => quality != Quality.Good
        && quality != Quality.Uncertain && quality != Quality.Bad;

    /// <summary>Formats a timestamp into at least 28 bytes.</summary>
    internal static int FormatTimestamp(DateTimeOffset timestamp, Span<byte> into)
    {
        Utf8Formatter.TryFormat(timestamp.UtcDateTime, into, out var written, new StandardFormat('O'));
        return written;
    }

    private static void WriteNumber<T>(T number, ReadOnlySpan<char> format, IBufferWriter<byte> output)
        where T : IUtf8SpanFormattable
    {
        number.TryFormat(output.GetSpan(MaxScalarBytes), out var written, format, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private static void WriteHex(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        foreach (var value in bytes)
        {
            var pair = output.GetSpan(2);
            pair[0] = UpperHex[value >> 4];
            pair[1] = UpperHex[value & 15];
            output.Advance(2);
        }
    }
}
