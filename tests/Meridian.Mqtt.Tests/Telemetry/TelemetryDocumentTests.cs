using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Telemetry;

/// <summary>docs/mqtt/telemetry.md lists what there is.</summary>
public sealed class TelemetryDocumentTests
{
    private const string Document = "docs/mqtt/telemetry.md";

    [Fact]
    public async Task Document_Approved_ListsEveryInstrument()
    {
        await using var client = new MqttClient(new MqttClientOptions { Server = MqttServer.Tcp("localhost") });
        using var instruments = new Instruments(client.ClientId);

        var made = Make(instruments.All);

        Assert.Equal(ApprovedText.Of(Document, made), made);
    }

    private static string Make(IEnumerable<Instrument> instruments)
    {
        var text = new StringBuilder(
            """
            # Metrics and traces of the MQTT client

            This list is made by a test from the client itself (`MERIDIAN_APPROVE=1` writes it anew). Nothing is to be
            switched on: listen to the meter and the activity source, as with OpenTelemetry:

            ```csharp
            metrics.AddMeter("Meridian.Mqtt");
            traces.AddSource("Meridian.Mqtt");
            ```

            ## Meter `Meridian.Mqtt`

            Every measurement has the tag `mqtt.client.id`. The client adds to plain numbers and the listener reads
            them, so that a message costs the same with and without one.

            | instrument | kind | unit | what it says |
            | --- | --- | --- | --- |

            """);
        foreach (var instrument in instruments.OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            var kind = instrument.GetType().Name.Split('`')[0];
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{instrument.Name}` | {kind} | `{instrument.Unit}` | {instrument.Description} |\n");
        }

        return text.Append(
            """

            ## Activity source `Meridian.Mqtt`

            One span of kind Producer per `PublishAsync`, named `publish {topic}`, from the call to its outcome: at QoS
            0 until the bytes are on their way, at QoS 1 and 2 until the last acknowledgement. One per `EnqueueAsync`,
            named `enqueue {topic}`, until the message is in the session store; its delivery may be another process's
            and has no span. No span is made while nobody listens.

            | tag | value |
            | --- | --- |
            | `messaging.system` | `mqtt` |
            | `messaging.operation.type` | `send`; `create` for what is stored |
            | `messaging.destination.name` | the Topic Name |
            | `messaging.client.id` | the Client Identifier |
            | `messaging.message.body.size` | bytes of payload |
            | `mqtt.qos` | 0, 1 or 2 |
            | `mqtt.reason_code` | the Reason Code of the acknowledgement; not for what is stored |
            | `error.type` | the exception, when it failed; the span's status is then Error |

            With `MqttClientOptions.SendTraceContext` and MQTT 5.0 the message carries `traceparent` and `tracestate` as
            User Properties. The receiver reads them with `MqttTraceContext.Read(message.Properties)` and begins its own
            span.

            """).ToString();
    }
}
