using System.Buffers;
using System.Text;
using Meridian.Formats.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Csv;

/// <summary>
/// Readings as CSV (RFC 4180) in UTF-8: columns <c>timestamp,point,value,quality</c>, lines ended by CR LF.
/// </summary>
/// <remarks>
/// Timestamps are ISO 8601 in UTC with seven digits of a second. Values are culture free; bytes are in hexadecimal; no
/// value is an empty field, and an empty text is <c>""</c>. A field is quoted when it holds a comma, a quote or a line
/// end, or begins or ends with white space. Any thread; nothing is allocated.
/// </remarks>
public static class ReadingCsvWriter
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>The header line, with its line end.</summary>
    public static ReadOnlySpan<byte> Header => "timestamp,point,value,quality\r\n"u8;

    /// <summary>Writes one line.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="output">Where to.</param>
    public static void Write(in Reading reading, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        ReadingText.WriteTimestamp(reading.Timestamp, output);
        output.Write(","u8);
        WriteField(reading.Point, output);
        output.Write(","u8);
        switch (reading.Value.Kind)
        {
            case ReadingValueKind.String or ReadingValueKind.Json:
                WriteField(reading.Value.AsString(), output);
                break;
            case ReadingValueKind.Null:
                break;
            default:
                ReadingText.WriteValue(reading.Value, output);
                break;
        }

        output.Write(","u8);
        ReadingText.WriteQuality(reading.Quality, output);
        output.Write("\r\n"u8);
    }

    private static void WriteField(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        var isPlain = !text.IsEmpty && !text.ContainsAny(Quoted)
            && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]);
        if (isPlain)
        {
            Encoding.UTF8.GetBytes(text, output);
            return;
        }

        output.Write("\""u8);
        for (var quote = text.IndexOf('"'); quote >= 0; quote = text.IndexOf('"'))
        {
            Encoding.UTF8.GetBytes(text[..(quote + 1)], output);
            output.Write("\""u8);
            text = text[(quote + 1)..];
        }

        Encoding.UTF8.GetBytes(text, output);
        output.Write("\""u8);
    }
}
