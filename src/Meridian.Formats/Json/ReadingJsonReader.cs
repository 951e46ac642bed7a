using System.Globalization;
using System.Text.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Json;

/// <summary>
/// Reads what <see cref="ReadingJsonWriter"/> wrote, or a person in the same words. A number without fraction and
/// exponent is an integer; what a double cannot be as a JSON number, NaN and the infinities, comes back as text.
/// Stateless; any thread.
/// </summary>
public static class ReadingJsonReader
{
    /// <summary>Reads one reading.</summary>
    /// <param name="json">The JSON object.</param>
    /// <returns>The reading; without a quality it is good.</returns>
    /// <exception cref="FormatException">It is none; the message says what is wrong with it.</exception>
    public static Reading Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"It is not JSON: {fault.Message}", fault);
        }
    }

    /// <summary>Reads one reading.</summary>
    /// <param name="element">The JSON object.</param>
    /// <returns>The reading; without a quality it is good.</returns>
    /// <exception cref="FormatException">It is none; the message says what is wrong with it.</exception>
    public static Reading Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("It is not an object; a reading is {\"point\":…,\"timestamp\":…,\"value\":…}.");
        }

        var point = TextOf(element, "point");
        var timestamp = TextOf(element, "timestamp");
        return point is null or "" ? throw new FormatException("It has no 'point'; name it as a text.")
            : !DateTimeOffset.TryParse(
                timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? throw new FormatException(
                    $"Its 'timestamp' is '{timestamp}'; write it like 2026-11-21T10:15:00.25Z.")
            : !element.TryGetProperty("value", out var value)
                ? throw new FormatException("It has no 'value'; use null for none.")
            : new Reading(point, at.ToUniversalTime(), ValueOf(value, TextOf(element, "encoding")), QualityOf(element));
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static ReadingValue ValueOf(JsonElement value, string? encoding)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return default;
            case JsonValueKind.True or JsonValueKind.False:
                return ReadingValue.From(value.GetBoolean());
            case JsonValueKind.Number:
                return NumberOf(value);
            case JsonValueKind.String when encoding is "base64":
                return value.TryGetBytesFromBase64(out var bytes)
                    ? ReadingValue.From(bytes)
                    : throw new FormatException("Its 'value' is not base64, though its 'encoding' says so.");
            case JsonValueKind.String:
                return encoding is "text"
                    ? ReadingValue.FromJson(value.GetString())
                    : ReadingValue.From(value.GetString());
            default:
                return ReadingValue.FromJson(value.GetRawText());
        }
    }

    private static ReadingValue NumberOf(JsonElement value)
    {
        var text = value.GetRawText();
        return text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? ReadingValue.From(value.GetDouble())
            : value.TryGetInt64(out var integer) ? ReadingValue.From(integer)
            : value.TryGetUInt64(out var unsigned) ? ReadingValue.From(unsigned)
            : ReadingValue.From(value.GetDouble());
    }

    private static Quality QualityOf(JsonElement element)
    {
        if (element.TryGetProperty("status", out var status) && status.TryGetUInt32(out var code))
        {
            return new Quality(code);
        }

        var word = TextOf(element, "quality");
        return word?.ToUpperInvariant() switch
        {
            null or "GOOD" => Quality.Good,
            "UNCERTAIN" => Quality.Uncertain,
            "BAD" => Quality.Bad,
            _ => throw new FormatException($"Its 'quality' is '{word}'; use good, uncertain or bad."),
        };
    }
}
