using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Meridian.Engine.Tests.Peers;
using Meridian.Fixtures;

namespace Meridian.Engine.Tests.Telemetry;

/// <summary>docs/metrics.md lists what there is.</summary>
public sealed class MetricsDocumentTests
{
    private const string Document = "docs/metrics.md";

    [Fact]
    public async Task Document_Approved_ListsEveryInstrument()
    {
        using var instruments = new Instruments("document-");
        await using var gateway = await TestGateway.StartAsync();

        var made = Make(instruments.All.Values);

        Assert.Equal(ApprovedText.Of(Document, made), made);
    }

    private static string Make(IEnumerable<Instrument> instruments)
    {
        var text = new StringBuilder(
            """
            # Metrics and traces of the engine

            This list is made by a test from the engine itself (`MERIDIAN_APPROVE=1` writes it anew). Nothing is to be
            switched on: listen to the meters and the activity sources, as with OpenTelemetry:

            ```csharp
            metrics.AddMeter("Meridian.Engine", "Meridian.Journal", "Meridian.Mqtt");
            traces.AddSource("Meridian.Engine", "Meridian.Mqtt");
            ```

            The instruments of the [journal](journal.md#instruments) and of the [MQTT client](mqtt/telemetry.md) stand
            with them.

            ## Meter `Meridian.Engine`

            Measurements of a connector have the tag `south` or `north` with its name. What is counted is counted
            anyway, and read when a listener asks; what is timed is timed while one listens. Data are readings and
            files, one each. What counts "since ever" survives restarts and `kill -9`, and so does what a North's
            account counts since its cursor began; the other counts begin with the connector.

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

            More tags: `group` of `received`, missing for what belongs to none; `reason` of `filtered`; `state` of
            `connector.state`: stopped, starting, connecting, running, degraded, retrying, failed; `outcome` of
            `delivery.duration` (delivered, retry, rejected, failed) and of `query.duration` (answered, failed).

            Rates are made of the counts. A latency is of two wall clocks or of one at two moments; where one was set
            back, it is 0.

            ## Activity source `Meridian.Engine`

            No span is made while nobody listens. A connector's own spans, such as those of HTTP or of the MQTT client,
            lie within.

            | span | kind | from … to | tags |
            | --- | --- | --- | --- |
            | `deliver {north}` | Producer | until its outcome | `north`, `meridian.{content, data, outcome}` |
            | `query {south}` | Client | until it is on disk | `south`, `group`, `meridian.{schedule, items}` |

            The content is readings or file, data how many. The status is Error where it was not delivered, and where
            the question failed, then with `error.type`.

            """).ToString();
    }
}
