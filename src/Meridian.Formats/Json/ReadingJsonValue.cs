using System.Globalization;
using System.Text.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Json;

/// <summary>One value of a reading as a JSON value.</summary>
/// <remarks>
/// A double always shows that it is one (<c>5.0</c>) and round-trips; NaN and the infinities are strings. Bytes are
/// base64. A JSON value stands as it is, on one line; one that is not JSON is a string. Any thread, each with its own
/// writer.
/// </remarks>
public static class ReadingJsonValue
{
    /// <summary>The longest double has 24 characters; the rest is for <c>.0</c> and room.</summary>
    private const int MaxNumberBytes = 40;

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="writer">Where to, at a place where JSON takes a value.</param>
    /// <returns>
    /// How the value is encoded in a string: <c>base64</c> for bytes, <c>text</c> for a JSON value that is not JSON;
    /// null when it stands for itself.
    /// </returns>
    public static string? Write(in ReadingValue value, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);

        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                WriteDouble(value.AsDouble(), writer);
                return null;
            case ReadingValueKind.Int64:
                writer.WriteNumberValue(value.AsInt64());
                return null;
            case ReadingValueKind.UInt64:
                writer.WriteNumberValue(value.AsUInt64());
                return null;
            case ReadingValueKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean());
                return null;
            case ReadingValueKind.String:
                writer.WriteStringValue(value.AsString());
                return null;
            case ReadingValueKind.Bytes:
                writer.WriteBase64StringValue(value.AsBytes().Span);
                return "base64";
            case ReadingValueKind.Json:
                return WriteJson(value.AsString(), writer);
            default:
                writer.WriteNullValue();
                return null;
        }
    }

    private static void WriteDouble(double value, Utf8JsonWriter writer)
    {
        if (!double.IsFinite(value))
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
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

        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    private static string? WriteJson(string json, Utf8JsonWriter writer)
    {
        // A line end in valid JSON can only stand between tokens, so a space says the same and keeps the object on
        // one line.
        if (json.AsSpan().ContainsAny('\r', '\n'))
        {
            json = json.Replace('\r', ' ').Replace('\n', ' ');
        }

        try
        {
            writer.WriteRawValue(json);
            return null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            // The value's text is not checked where readings are made; it is checked before anything of it is written.
            writer.WriteStringValue(json);
            return "text";
        }
    }
}
