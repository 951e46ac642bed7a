using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>One received message as bytes of the standard output.</summary>
/// <param name="kind">One of <see cref="Kinds"/>.</param>
/// <param name="template">A format of the user's own in place of them, or null.</param>
/// <param name="hasTopic">Whether the topic stands before the payload; JSON has it always.</param>
/// <param name="hasLineEnd">Whether a line end follows.</param>
internal sealed class MessageFormat(string kind, MessageTemplate? template, bool hasTopic, bool hasLineEnd)
{
    // Two digits per byte on the stack.
    private const int HexChunkBytes = 256;

    private static readonly JsonWriterOptions Json = new()
    {
        // The output is no HTML page: letters of all languages stay as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What <c>--format</c> takes, beside a template; the first is the default.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["text", "hex", "json"];

    public void Write(in MqttMessage message, DateTimeOffset received, ArrayBufferWriter<byte> output)
    {
        if (template is not null)
        {
            template.Write(message, received, output);
        }
        else if (kind is "json")
        {
            WriteJson(message, received, output);
        }
        else
        {
            if (hasTopic)
            {
                Encoding.UTF8.GetBytes(message.Topic, output);
                output.Write(" "u8);
            }

            WritePayload(message.Payload, output);
        }

        if (hasLineEnd)
        {
            output.Write("\n"u8);
        }
    }

    public static void WriteHex(in ReadOnlySequence<byte> bytes, ArrayBufferWriter<byte> output)
    {
        foreach (var part in bytes)
        {
            WriteHex(part.Span, output);
        }
    }

    private void WritePayload(in ReadOnlySequence<byte> payload, ArrayBufferWriter<byte> output)
    {
        if (kind is "hex")
        {
            WriteHex(payload, output);
            return;
        }

        foreach (var part in payload)
        {
            output.Write(part.Span);
        }
    }

    private static void WriteHex(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        while (!bytes.IsEmpty)
        {
            var chunk = bytes[..Math.Min(bytes.Length, HexChunkBytes)];
            _ = Convert.TryToHexStringLower(chunk, output.GetSpan(2 * chunk.Length), out var written);
            output.Advance(written);
            bytes = bytes[chunk.Length..];
        }
    }

    private static void WriteJson(
        in MqttMessage message, DateTimeOffset received, ArrayBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Json);
        json.WriteStartObject();
        json.WriteString("time", received.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("topic", message.Topic);
        json.WriteNumber("qos", (int)message.Qos);
        json.WriteBoolean("retain", message.IsRetained);
        json.WriteBoolean("duplicate", message.IsDuplicate);
        var payload = message.Payload.IsSingleSegment ? message.Payload.FirstSpan : message.Payload.ToArray();
        if (Utf8.IsValid(payload))
        {
            json.WriteString("payload", payload);
        }
        else
        {
            json.WriteBase64String("payloadBase64", payload);
        }

        WriteProperties(json, message.Properties);
        json.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter json, MqttMessageProperties? properties)
    {
        WriteText("contentType", properties?.ContentType);
        WriteText("responseTopic", properties?.ResponseTopic);
        if (properties?.CorrelationData is { } correlation)
        {
            json.WriteBase64String("correlationDataBase64", correlation.Span);
        }

        if (properties?.Expiry is { } expiry)
        {
            json.WriteNumber("expirySeconds", (long)expiry.TotalSeconds);
        }

        if (properties?.UserProperties is { Count: > 0 } all)
        {
            // Pairs, because a name may stand there twice.
            json.WriteStartArray("userProperties");
            foreach (var (name, value) in all)
            {
                json.WriteStartArray();
                json.WriteStringValue(name);
                json.WriteStringValue(value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        void WriteText(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }
}
