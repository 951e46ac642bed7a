using System.Buffers;
using System.Text;
using System.Text.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.South.Commands;

/// <summary>What a command says: the value, and the requester's own name for it. Pure.</summary>
/// <param name="Value">The value.</param>
/// <param name="Id">The name, as the JSON that it was; or null.</param>
internal sealed record CommandPayload(ReadingValue Value, string? Id)
{
    /// <summary>The longest payload. So many bytes wait for each command in progress, at most.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxIdLength = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a payload: an object with <c>value</c> and perhaps <c>id</c>, else the bare value.</summary>
    /// <returns>Why it cannot be read, a whole sentence, with the id where that could be; null when it was read.
    /// </returns>
    public static string? Read(in ReadOnlySequence<byte> payload, out CommandPayload command)
    {
        command = new CommandPayload(ReadingValue.Null, null);
        if (payload.Length > MaxBytes)
        {
            return $"The command has {payload.Length} bytes; at most {MaxBytes} are taken.";
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(payload);
        }
        catch (DecoderFallbackException)
        {
            return "The command is not text in UTF-8.";
        }

        var bare = text.AsSpan().Trim();
        return bare.IsEmpty ? "The command is empty; send a value, or an object with 'value'."
            : bare[0] == '{' ? ReadObject(text, ref command)
            : ReadBare(text, bare, ref command);
    }

    private static string? ReadObject(string text, ref CommandPayload command)
    {
        try
        {
            using var document = JsonDocument.Parse(
                text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.TryGetProperty("id", out var id) && id.ValueKind != JsonValueKind.Null)
            {
                if (id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)
                    || id.GetRawText().Length > MaxIdLength)
                {
                    return $"The 'id' of a command is a text or a number of at most {MaxIdLength} characters.";
                }

                command = command with { Id = id.GetRawText() };
            }

            if (!root.TryGetProperty("value", out var member))
            {
                return "The command is an object without 'value'; send {\"value\": 12.5}, or the bare value.";
            }

            if (!TryRead(member, out var value))
            {
                return "The 'value' of a command is a number, a text, true or false.";
            }

            command = command with { Value = value };
            return null;
        }
        catch (JsonException error)
        {
            return $"The command begins as a JSON object and is none: {error.Message}";
        }
    }

    /// <summary>A number, true, false, or a text in quotes as JSON has them; whatever else is a text.</summary>
    private static string? ReadBare(string text, ReadOnlySpan<char> bare, ref CommandPayload command)
    {
        if (bare[0] is '"' or '-' or 't' or 'f' or (>= '0' and <= '9'))
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                if (TryRead(document.RootElement, out var value))
                {
                    command = command with { Value = value };
                    return null;
                }
            }
            catch (JsonException)
            {
                // It only looked like one: "top", "12 rpm". The item says whether it takes a text.
            }
        }

        command = command with { Value = ReadingValue.From(text) };
        return null;
    }

    private static bool TryRead(JsonElement element, out ReadingValue value)
    {
        value = element.ValueKind switch
        {
            JsonValueKind.True => ReadingValue.From(true),
            JsonValueKind.False => ReadingValue.From(false),
            JsonValueKind.String => ReadingValue.From(element.GetString()),
            JsonValueKind.Number when element.TryGetInt64(out var whole) => ReadingValue.From(whole),
            JsonValueKind.Number when element.TryGetUInt64(out var large) => ReadingValue.From(large),
            JsonValueKind.Number => ReadingValue.From(element.GetDouble()),
            _ => ReadingValue.Null,
        };
        return value.Kind != ReadingValueKind.Null;
    }
}
