using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meridian.Mqtt;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South.Commands;

/// <summary>The answer to one command: what became of it, as JSON, and where it is sent. Immutable.</summary>
/// <param name="Topic">Where.</param>
/// <param name="Correlation">What the requester knows it by in MQTT 5.0; or null.</param>
/// <param name="Id">What the requester knows it by in its payload, as JSON; or null.</param>
internal sealed record CommandAnswer(string Topic, ReadOnlyMemory<byte>? Correlation, string? Id)
{
    // For people who look at the topic; whoever shows it on a page escapes it for that page.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The message.</summary>
    public MqttApplicationMessage ToMessage(SetpointOutcome outcome, MqttQos qos) => new()
    {
        Topic = Topic,
        Payload = Write(outcome),
        Qos = qos,
        Properties = new MqttMessageProperties
        {
            IsText = true,
            ContentType = "application/json",
            CorrelationData = Correlation,
        },
    };

    private ReadOnlyMemory<byte> Write(SetpointOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Readable);
        json.WriteStartObject();
        if (Id is not null)
        {
            json.WritePropertyName("id"u8);
            json.WriteRawValue(Id);
        }

        json.WriteString("outcome"u8, outcome.IsWritten ? "written"u8 : "refused"u8);
        if (outcome.Reason is { } reason)
        {
            json.WriteString("reason"u8, reason);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
