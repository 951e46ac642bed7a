using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Connectors.Mqtt.South;
using Meridian.Engine;
using Meridian.Engine.Trials;
using Meridian.Fixtures;
using Meridian.Formats.Payloads;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Mqtt.Tests.South;

/// <summary>What <c>meridian test</c> shows of an item: the reading with its type and time.</summary>
public sealed class ItemTrialTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(MqttPayloadFormat.Number, "21.5", ReadingValueKind.Double, "21.5")]
    [InlineData(MqttPayloadFormat.Number, "42", ReadingValueKind.Int64, "42")]
    [InlineData(MqttPayloadFormat.Text, "42", ReadingValueKind.String, "42")]
    [InlineData(MqttPayloadFormat.Bytes, "42", ReadingValueKind.Bytes, "3432")]
    public async Task Item_OfEachFormat_ShowsValueTypeAndTimeOfArrival(
        MqttPayloadFormat format, string payload, ReadingValueKind kind, string value)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await RetainAsync(mosquitto, payload);

        var before = TimeProvider.System.GetUtcNow();
        var trial = await TryAsync(mosquitto, new MqttPayloadSettings { Format = format });

        var reading = Assert.Single(trial.Readings);
        Assert.Equal(("plant/a", kind, value), (reading.Point, reading.Value.Kind, reading.Value.ToString()));
        Assert.True(reading.Quality.IsGood);
        Assert.InRange(reading.Timestamp, before, TimeProvider.System.GetUtcNow());
        Assert.Null(trial.Problem);
        Assert.InRange(trial.ConnectTime, TimeSpan.Zero, Patience);
        Assert.InRange(trial.QueryTime, TimeSpan.Zero, Patience);
    }

    [Fact]
    public async Task Item_WithATimeOfItsOwn_ShowsThatTime()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await RetainAsync(mosquitto, """{"v":true,"t":1700000000}""");

        var trial = await TryAsync(mosquitto, new MqttPayloadSettings
        {
            Format = MqttPayloadFormat.Json,
            Value = "$.v",
            Timestamp = "$.t",
            TimestampFormat = TimestampFormat.UnixSeconds,
        });

        var reading = Assert.Single(trial.Readings);
        Assert.Equal(ReadingValueKind.Boolean, reading.Value.Kind);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), reading.Timestamp);
    }

    [Theory]
    [InlineData(MqttPayloadFormat.Number, "21,5")]
    [InlineData(MqttPayloadFormat.Json, "{\"w\":1}")]
    [InlineData(MqttPayloadFormat.Json, "no JSON")]
    [InlineData(MqttPayloadFormat.SparkplugB, "no protobuf")]
    public async Task Item_WhosePayloadIsNotAsItSays_ShowsTheBytesAndWhy(MqttPayloadFormat format, string payload)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await RetainAsync(mosquitto, payload, "spBv1.0/g/NDATA/n");

        var trial = await TryAsync(
            mosquitto,
            new MqttPayloadSettings { Format = format, Value = format == MqttPayloadFormat.Json ? "$.v" : "$" },
            "spBv1.0/#");

        var reading = Assert.Single(trial.Readings);
        Assert.Equal(ReadingValueKind.Bytes, reading.Value.Kind);
        Assert.Equal(Quality.BadDecoding, reading.Quality);
        Assert.False(string.IsNullOrWhiteSpace(trial.Problem));
    }

    [Fact]
    public async Task Item_ThatNobodyPublishesTo_ShowsNothingWithinTheTime()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();

        var trial = await TryAsync(mosquitto, new MqttPayloadSettings(), within: TimeSpan.FromMilliseconds(200));

        Assert.Empty(trial.Readings);
        Assert.Null(trial.Problem);
    }

    [Fact]
    public async Task Item_OfABrokerThatIsAway_SaysWhy()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await mosquitto.StopAsync();

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => TryAsync(mosquitto, new MqttPayloadSettings()));

        Assert.Equal(Fault.Unreachable, fault.Fault);
        Assert.Contains("it refuses connections", fault.Message, StringComparison.Ordinal);
    }

    private static Task RetainAsync(MosquittoServer mosquitto, string payload, string topic = "plant/a") =>
        MosquittoClients.PublishAsync(mosquitto.Port, topic, [payload], moreArguments: ["-r"]);

    private static Task<ItemTrial> TryAsync(
        MosquittoServer mosquitto, MqttPayloadSettings payload, string topic = "plant/+", TimeSpan? within = null)
    {
        var item = new ItemConfig
        {
            Item = new Item("item", new MqttItemSettings { Topic = topic, Payload = payload }),
            Schedule = SubscriptionSchedule.Instance,
            Capability = SouthCapabilities.Subscription,
        };
        var south = new SouthConfig
        {
            Name = "plant",
            Manifest = MqttConnectors.Manifests.OfType<SouthManifest>().Single(),
            Settings = new MqttSouthSettings { Host = "127.0.0.1", Port = mosquitto.Port },
            Items = [item],
        };
        var services = new EngineServices(NullLoggerFactory.Instance, TimeProvider.System, new Random(1));
        return new ConnectorTrials(services).TestItemAsync(
            south,
            item,
            new HistoryWindow(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
            within ?? Patience,
            CancellationToken.None);
    }
}
