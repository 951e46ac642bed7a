using System.Buffers;
using System.Globalization;
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
    /// <summary>The longest double has 24 characters; the rest is for <c>.0</c> and room.</summary>
    private const int MaxNumberBytes = 40;

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
        Span<byte> timestamp = stackalloc byte[MaxNumberBytes];
        _writer.WriteString(Timestamp, timestamp[..ReadingText.FormatTimestamp(reading.Timestamp, timestamp)]);
        _writer.WritePropertyName(Value);
        var encoding = WriteValue(reading.Value);
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

    /// <summary>Writes the value and tells how it is encoded; null when it stands for itself.</summary>
    private string? WriteValue(in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                WriteDouble(value.AsDouble());
                return null;
            case ReadingValueKind.Int64:
                _writer.WriteNumberValue(value.AsInt64());
                return null;
            case ReadingValueKind.UInt64:
                _writer.WriteNumberValue(value.AsUInt64());
                return null;
            case ReadingValueKind.Boolean:
                _writer.WriteBooleanValue(value.AsBoolean());
                return null;
            case ReadingValueKind.String:
                _writer.WriteStringValue(value.AsString());
                return null;
            case ReadingValueKind.Bytes:
                _writer.WriteBase64StringValue(value.AsBytes().Span);
                return "base64";
            case ReadingValueKind.Json:
                return WriteJson(value.AsString());
            default:
                _writer.WriteNullValue();
                return null;
        }
    }

    private void WriteDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            _writer.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
            return;
        }

        Span<byte> text = stackalloc byte[MaxNumberBytes];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        if (!text[..length].ContainsAny(".E"u8))
        {
            // Without this 5.0 would come back as the integer 5.
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        _writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    private string? WriteJson(string json)
    {
        // A line end in valid JSON can only stand between tokens, so a space says the same and keeps the object on
        // one line.
        if (json.AsSpan().ContainsAny('\r', '\n'))
        {
            json = json.Replace('\r', ' ').Replace('\n', ' ');
        }

        try
        {
            _writer.WriteRawValue(json);
            return null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            // The value's text is not checked where readings are made; it is checked before anything of it is written.
            _writer.WriteStringValue(json);
            return "text";
        }
    }
}
