using System.Buffers;
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
    /// <summary>The header line, with its line end.</summary>
    public static ReadOnlySpan<byte> Header => "timestamp,point,value,quality\r\n"u8;

    /// <summary>Writes one line.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="output">Where to.</param>
    public static void Write(in Reading reading, IBufferWriter<byte> output) => Write(reading, ',', output);

    /// <summary>Writes one line with another delimiter.</summary>
    internal static void Write(in Reading reading, char delimiter, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        ReadOnlySpan<byte> between = [(byte)delimiter];
        ReadingText.WriteTimestamp(reading.Timestamp, output);
        output.Write(between);
        CsvText.WriteField(reading.Point, delimiter, output);
        output.Write(between);
        CsvText.WriteValue(reading.Value, delimiter, output);
        output.Write(between);
        ReadingText.WriteQuality(reading.Quality, output);
        output.Write("\r\n"u8);
    }
}
