using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meridian.Formats.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Json;

/// <summary>
/// One reading as a JSON object on one line:
/// <c>{"point":"line1/temp","timestamp":"2026-11-21T10:15:00.2500000Z","value":21.5,"quality":"good"}</c>.
/// </summary>
/// <remarks>
/// <para>
/// A double always shows that it is one (<c>5.0</c>) and round-trips; NaN and the infinities are strings. Bytes are
/// base64 with <c>"encoding":"base64"</c> behind the value. A JSON value stands as it is; one that is not JSON is a
/// string with <c>"encoding":"text"</c>. A <c>"status"</c> number follows the quality when the OPC UA status code says
/// more than the word.
/// </para>
/// <para>One thread at a time; in steady state nothing is allocated.</para>
/// </remarks>
public sealed class ReadingJsonWriter : IDisposable
{
    /// <summary>A timestamp has 28 characters.</summary>
    private const int MaxTimestampBytes = 40;

    private static readonly JsonEncodedText Point = JsonEncodedText.Encode("point");
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText QualityName = JsonEncodedText.Encode("quality");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText EncodingName = JsonEncodedText.Encode("encoding");

    // Relaxed: what is written is data for machines and terminals, not for the inside of a web page, and °C stays °C.
    private readonly Utf8JsonWriter _writer = new(
        Stream.Null,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Writes a reading, without a line end.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="output">Where to.</param>
    public void Write(in Reading reading, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        _writer.Reset(output);
        _writer.WriteStartObject();
        _writer.WriteString(Point, reading.Point);
        Span<byte> timestamp = stackalloc byte[MaxTimestampBytes];
        _writer.WriteString(Timestamp, timestamp[..ReadingText.FormatTimestamp(reading.Timestamp, timestamp)]);
        _writer.WritePropertyName(Value);
        var encoding = ReadingJsonValue.Write(reading.Value, _writer);
        if (encoding is not null)
        {
            _writer.WriteString(EncodingName, encoding);
        }

        _writer.WriteString(QualityName, ReadingText.WordOf(reading.Quality));
        if (ReadingText.SaysMoreThanWord(reading.Quality))
        {
            _writer.WriteNumber(Status, reading.Quality.StatusCode);
        }

        _writer.WriteEndObject();
        _writer.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
