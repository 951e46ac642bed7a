using System.Globalization;
using System.Text.Json;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Fixtures;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.North;

/// <summary>What MQTT.js hears of what the North says, through brokers that nobody here wrote.</summary>
public sealed class ForeignSubscriberTests
{
    private const string Template = """
        {"device":"{point[0]}","values":{"{point[1]}":"{value}"},"ts":"{timestamp:unixMilliseconds}"}
        """;

    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly Reading[] Readings =
    [
        new("line1/temp", Noon, ReadingValue.From(21.5)),
        new("line1/text", Noon, ReadingValue.From("say \"é\"")),
        new("line1/last", Noon, ReadingValue.From([0, 255])),
    ];

    private static readonly string[] Payloads =
    [
        """{"device":"line1","values":{"temp":21.5},"ts":1795262400000}""",
        """{"device":"line1","values":{"text":"say \"é\""},"ts":1795262400000}""",
        """{"device":"line1","values":{"last":"AP8="},"ts":1795262400000}""",
    ];

    private static readonly MqttMessageSettings Properties = new()
    {
        ContentType = "application/json",
        MessageExpiry = TimeSpan.FromHours(1),
        UserProperties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["line"] = "{point[0]}",
            ["quality"] = "{quality}",
            ["site"] = "Zürich",
        },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mosquitto_Mqtt5_BringsPayloadAndProperties(int qos)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var of5 = await NodeClients.StartSubscribingAsync(new NodeSubscribe(mosquitto.Port, "out/#"));
        await using var of311 = await NodeClients.StartSubscribingAsync(
            new NodeSubscribe(mosquitto.Port, "out/#") { ProtocolVersion = 4 });

        await DeliverAsync(new TestContext(), Settings(mosquitto.Port) with { Qos = qos });

        var messages = await MessagesAsync(of5);
        Assert.Equal(Payloads, TextsOf(messages), StringComparer.Ordinal);
        Assert.All(messages, message =>
        {
            Assert.Equal(qos, message.GetProperty("qos").GetInt32());
            var properties = message.GetProperty("properties");
            Assert.True(properties.GetProperty("payloadFormatIndicator").GetBoolean());
            Assert.Equal("application/json", properties.GetProperty("contentType").GetString());
            Assert.InRange(properties.GetProperty("messageExpiryInterval").GetInt32(), 3_500, 3_600);
            Assert.Equal(
                """{"line":"line1","quality":"good","site":"Zürich"}""",
                properties.GetProperty("userProperties").GetRawText());
        });
        Assert.Equal(Payloads, TextsOf(await MessagesAsync(of311)), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Mosquitto_Mqtt311_BringsThePayloadAlone()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var subscriber = await NodeClients.StartSubscribingAsync(
            new NodeSubscribe(mosquitto.Port, "out/#"));

        await DeliverAsync(
            new TestContext(), Settings(mosquitto.Port) with { Version = MqttVersion.V311, Properties = null });

        var messages = await MessagesAsync(subscriber);
        Assert.Equal(Payloads, TextsOf(messages), StringComparer.Ordinal);
        Assert.All(messages, static message => Assert.DoesNotContain(
            "payloadFormatIndicator", message.GetProperty("properties").GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mosquitto_Retained_GivesTheLastOfEachTopicWithItsPropertiesToALaterSubscriber()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await DeliverAsync(
            new TestContext(), Settings(mosquitto.Port) with { Format = MqttNorthFormat.Value, IsRetained = true });

        await using var later = await NodeClients.StartSubscribingAsync(new NodeSubscribe(mosquitto.Port, "out/#"));

        var last = await MessageAsync(later, "out/line1/last");
        Assert.True(last.GetProperty("retain").GetBoolean());
        Assert.Equal("00ff", last.GetProperty("hex").GetString());
        Assert.False(last.GetProperty("properties").TryGetProperty("payloadFormatIndicator", out var isText)
            && isText.GetBoolean());
        Assert.InRange(last.GetProperty("properties").GetProperty("messageExpiryInterval").GetInt32(), 3_500, 3_600);
        var text = await MessageAsync(later, "out/line1/text");
        Assert.True(text.GetProperty("properties").GetProperty("payloadFormatIndicator").GetBoolean());
    }

    [Fact]
    public async Task Aedes_WhichSpeaks311Only_GetsThePayloadAndTheLogAndTheTestTellOfTheProperties()
    {
        await using var aedes = await AedesServer.StartAsync();
        await using var subscriber = await NodeClients.StartSubscribingAsync(new NodeSubscribe(aedes.Port, "out/#")
        {
            ProtocolVersion = 4,
            UserName = AedesServer.UserName,
            Password = AedesServer.Password,
        });
        using var log = new LogLines();
        var context = new TestContext { Loggers = log };
        var settings = Settings(aedes.Port) with
        {
            Version = MqttVersion.Newest,
            UserName = AedesServer.UserName,
            Password = new Secret(AedesServer.Password),
        };

        var north = await DeliverAsync(context, settings);

        Assert.Equal(Payloads, TextsOf(await MessagesAsync(subscriber)), StringComparer.Ordinal);
        Assert.Equal(
            $"North 'test' leaves out the properties of its messages: broker 127.0.0.1:{Text(aedes.Port)} does not "
            + "speak MQTT 5.0.",
            Assert.Single(log.Warnings, static line => line.StartsWith("North", StringComparison.Ordinal)));
        var facts = await north.TestConnectionAsync(CancellationToken.None);
        Assert.Equal(
            "left out, the broker does not speak MQTT 5.0",
            Assert.Single(facts, static fact => fact.Key is "Message properties").Value);
    }

    private static MqttNorthSettings Settings(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        Version = MqttVersion.V5,
        Topic = "out/{point}",
        Format = MqttNorthFormat.Template,
        Payload = new FreeJson(Template),
        Properties = Properties,
    };

    private static async Task<MqttNorth> DeliverAsync(TestContext context, MqttNorthSettings settings)
    {
        var north = new MqttNorth(context, settings);
        await north.ConnectAsync(CancellationToken.None);
        var outcome = await north.HandleValuesAsync(
            new ValuesBatch(
                Guid.Empty, Readings, new long[] { 0, 1, 2 }, new DeliveryPosition(Guid.Empty, "north", default)),
            CancellationToken.None);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        return north;
    }

    /// <summary>All messages up to that of the last reading.</summary>
    private static async Task<IReadOnlyList<JsonElement>> MessagesAsync(ChildProcess subscriber)
    {
        await MessageAsync(subscriber, "out/line1/last");
        return [.. subscriber.Lines.Where(static line => line.StartsWith('{')).Select(Parse)];
    }

    private static async Task<JsonElement> MessageAsync(ChildProcess subscriber, string topic) => Parse(
        await subscriber.WaitForLineAsync(
            line => line.StartsWith($"{{\"topic\":\"{topic}\"", StringComparison.Ordinal), $"a message of {topic}"));

    private static IEnumerable<string?> TextsOf(IEnumerable<JsonElement> messages) =>
        messages.Select(static message => message.GetProperty("text").GetString());

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
