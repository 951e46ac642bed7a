using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Engine.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Sparkplug;

/// <summary>An edge node that nobody here wrote, over mosquitto, through the engine to a North.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "DisposeAsync ends them.")]
public sealed class ForeignEdgeNodeTests : IAsyncLifetime
{
    private const string Temperature = "plant/node/temperature";
    private const string Count = "plant/node/d1/count";

    private readonly ConcurrentQueue<Reading> _arrived = new();
    private readonly NorthPeer _north = new();
    private TestGateway _gateway = null!; // InitializeAsync sets it before any test.
    private MosquittoServer _mosquitto = null!; // as the gateway
    private NodeSparkplugPeer _edge = null!; // as the gateway

    public async Task InitializeAsync()
    {
        _gateway = new TestGateway(TimeSpan.FromMinutes(1));
        _north.OnHandle = (batch, _) =>
        {
            foreach (var reading in batch.Readings.Span)
            {
                _arrived.Enqueue(reading);
            }

            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
        _mosquitto = await MosquittoServer.StartAsync();
        _edge = await NodeSparkplugPeer.StartEdgeAsync(_mosquitto.Port, "plant", "node");
        _gateway.Config = new MeridianConfig { Souths = [South()], Norths = [_north.Config("n")] };
        await _gateway.RunAsync();
        await _mosquitto.WaitUntilSubscribedAsync("gateway", "spBv1.0/plant/#");
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _edge.DisposeAsync();
        await _mosquitto.DisposeAsync();
    }

    [Fact]
    public async Task EdgeNode_BornAndTalking_ArrivesByTheNamesOfItsBirths()
    {
        await _edge.TellAsync("bear", "born");
        await _edge.TellAsync("say 5", "said 5");

        await UntilAsync(() => ValuesOf(Count).Length == 2);
        Assert.Equal([ReadingValue.From(0.0), ReadingValue.From(2.5)], ValuesOf(Temperature));
        Assert.Equal([ReadingValue.From(0L), ReadingValue.From(5L)], ValuesOf(Count));
        Assert.All(_arrived, static one => Assert.Equal(Quality.Good, one.Quality));
        Assert.DoesNotContain("asked", _edge.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Device_Dies_IsBadAndComesBackWithOtherAliases()
    {
        await _edge.TellAsync("bear", "born");
        await _edge.TellAsync("part", "parted");
        await UntilAsync(() => IsDead(Count));
        Assert.False(IsDead(Temperature));

        await _edge.TellAsync("return", "returned");
        await _edge.TellAsync("say 6", "said 6");

        await UntilAsync(() => ValuesOf(Count) is [.., var last] && last == ReadingValue.From(6L));
        Assert.DoesNotContain("asked", _edge.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public async Task EdgeNode_Killed_IsBadByItsWill()
    {
        await _edge.TellAsync("bear", "born");
        await UntilAsync(() => ValuesOf(Count).Length == 1);

        await _edge.KillAsync();

        await UntilAsync(() => IsDead(Temperature) && IsDead(Count));
        Assert.Equal(4, _arrived.Count);
    }

    [Fact]
    public async Task Gateway_ThatComesToATalkingEdgeNode_AsksForItsBirthsAndKeepsWhatItCannotName()
    {
        await _edge.TellAsync("say 8", "said 8");

        await _edge.WaitForAsync("asked");
        await UntilAsync(() => ValuesOf(Count).Length == 1);
        Assert.Equal([ReadingValue.From(8L)], ValuesOf(Count));
        Assert.Equal([ReadingValue.From(4.0)], ValuesOf(Temperature));
        Assert.Equal(
            ["spBv1.0/plant/DDATA/node/d1", "spBv1.0/plant/NDATA/node"],
            _arrived.Where(static one => one.Quality == Quality.BadDecoding)
                .Select(static one => one.Point).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Single(_edge.Lines, static line => string.Equals(line, "asked", StringComparison.Ordinal));
    }

    private SouthConfig South() => new()
    {
        Name = "plant",
        Manifest = MqttConnectors.Manifests.OfType<SouthManifest>().Single(),

        // The gateway's clock runs far faster than the broker's when a test waits.
        Settings = new MqttSouthSettings
        {
            Host = "127.0.0.1",
            Port = _mosquitto.Port,
            ClientId = "gateway",
            KeepAlive = TimeSpan.FromHours(10),
            ConnectTimeout = TimeSpan.FromMinutes(10),
            AcknowledgementTimeout = TimeSpan.FromMinutes(10),
            Sparkplug = new MqttSparkplugSettings { RebirthInterval = TimeSpan.FromHours(1) },
        },
        Items =
        [
            new ItemConfig
            {
                Item = new Item("all", new MqttItemSettings
                {
                    Topic = "spBv1.0/plant/#",
                    Payload = new MqttPayloadSettings { Format = MqttPayloadFormat.SparkplugB },
                }),
                Schedule = SubscriptionSchedule.Instance,
                Capability = SouthCapabilities.Subscription,
            },
        ],
    };

    private bool IsDead(string point) =>
        _arrived.LastOrDefault(one => string.Equals(one.Point, point, StringComparison.Ordinal)) is
        {
            Value.Kind: ReadingValueKind.Null, Quality: { IsBad: true }
        };

    private ReadingValue[] ValuesOf(string point) =>
    [
        .. _arrived.Where(one => string.Equals(one.Point, point, StringComparison.Ordinal))
            .Select(static one => one.Value),
    ];

    private Task UntilAsync(Func<bool> condition) => _gateway.UntilLaterAsync(condition);
}
