using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Formats.Sparkplug;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Edge;

/// <summary>An edge node that waits for its primary host.</summary>
public sealed class PrimaryHostTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    private string[] Topics => TopicsOf(_broker);

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Host_NeverHeard_HoldsBirthsAndData()
    {
        await using var edge = await ConnectedAsync();

        var outcome = await edge.GiveAsync(1, 2);

        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (outcome.Kind, outcome.DeliveredCount));
        Assert.Contains("Primary host 'scada' is not online", outcome.Reason, StringComparison.Ordinal);
        await edge.DisconnectAsync();
        Assert.Empty(Topics); // Who was never born does not die.
    }

    [Fact]
    public async Task Host_OnlineBeforeConnect_LetsTheEdgeNodeBeBornAtOnce()
    {
        Tell(isOnline: true, 10);
        await using var edge = await ConnectedAsync();

        await _broker.WaitForAsync(() => Topics is ["spBv1.0/g/NBIRTH/n"]);
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1, 2));
    }

    [Fact]
    public async Task Host_ComesLater_LetsTheEdgeNodeBeBornThenAlsoWithoutData()
    {
        Tell(isOnline: false, 10);
        await using var edge = await ConnectedAsync();
        Assert.Equal(DeliveryOutcomeKind.Retry, (await edge.GiveAsync(1)).Kind);

        Tell(isOnline: true, 10);

        await _broker.WaitForAsync(() => Topics is ["spBv1.0/g/NBIRTH/n"]);
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1));
    }

    [Fact]
    public async Task Host_ComesWhileABatchWaits_TheBatchIsDeliveredByTheSameCall()
    {
        await using var edge = new RunningEdge(RunningEdge.Settings(_broker, "scada"), hostWait: Patience);
        await edge.ConnectAsync();
        var delivery = edge.GiveAsync(1, 2).AsTask();

        Tell(isOnline: true, 10);

        Assert.Equal(DeliveryOutcome.Delivered, await delivery);
    }

    [Fact]
    public async Task Connection_LostWhileABatchWaitsForTheHost_IsToldAtOnce()
    {
        await using var edge = new RunningEdge(RunningEdge.Settings(_broker, "scada"), hostWait: TimeSpan.FromHours(1));
        await edge.ConnectAsync();
        var delivery = edge.GiveAsync(1, 2).AsTask();

        _broker.Faults.CutConnections();

        var error = await Assert.ThrowsAsync<ConnectorException>(() => delivery);
        Assert.Equal(Fault.Unreachable, error.Fault);
    }

    [Fact]
    public async Task Host_Goes_IsAnsweredWithDeathAndFarewellAndTheEngineConnectsAgain()
    {
        Tell(isOnline: true, 10);
        await using var edge = await ConnectedAsync();
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1));

        Tell(isOnline: false, 10);

        Assert.True(await edge.Context.UntilAsync(() => edge.Context.Losses.Count == 1, Patience));
        Assert.Equal("spBv1.0/g/NDEATH/n", Topics[^1]);
        Assert.Equal(1, _broker.CountReceived(MqttPacketType.Disconnect));
        await Assert.ThrowsAsync<ConnectorException>(async () => await edge.GiveAsync(2));

        await edge.DisconnectAsync();
        await edge.ConnectAsync();
        Assert.Equal(DeliveryOutcomeKind.Retry, (await edge.GiveAsync(2)).Kind);
        Assert.Equal("spBv1.0/g/NDEATH/n", Topics[^1]);
        Tell(isOnline: true, 11);
        await _broker.WaitForAsync(() => Topics[^1].Contains("NBIRTH", StringComparison.Ordinal));
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(2));
        Assert.Empty(edge.Context.Mistakes);
    }

    [Fact]
    public async Task Host_OfflineWithAnOlderTime_IsOfThePast()
    {
        Tell(isOnline: true, 10);
        await using var edge = await ConnectedAsync();
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1));
        var heard = _broker.CountReceived(MqttPacketType.PubAck);

        Tell(isOnline: false, 9);
        _broker.Publish("spBv1.0/STATE/other", new SparkplugState(false, 99).Encode(), MqttQos.AtLeastOnce);
        _broker.Publish("spBv1.0/STATE/scada", "OFFLINE"u8.ToArray(), MqttQos.AtLeastOnce);
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PubAck) == heard + 2); // of its topic

        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(2));
        Assert.DoesNotContain("spBv1.0/g/NDEATH/n", Topics, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Rebirth_AskedForWhileTheHostIsAway_WaitsForIt()
    {
        await using var edge = await ConnectedAsync();

        _broker.Publish("spBv1.0/g/NCMD/n", RebirthRequest(), MqttQos.AtLeastOnce);
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PubAck) == 1);

        Assert.Equal(DeliveryOutcomeKind.Retry, (await edge.GiveAsync(1)).Kind);
        Assert.Empty(Topics);
    }

    [Fact]
    public async Task HostGoes_WhileABatchIsUnderWay_TheBatchIsNotDelivered()
    {
        Tell(isOnline: true, 10);
        await using var edge = await ConnectedAsync();
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1));
        var held = _broker.Faults.OnSent(MqttPacketType.PubAck).Always().Delay(TimeSpan.FromSeconds(3));

        var delivery = edge.GiveAsync(2, 3).AsTask();
        await _broker.WaitForAsync(() => Topics[^1].Contains("NDATA", StringComparison.Ordinal));
        Tell(isOnline: false, 10);

        var outcome = await delivery;
        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (outcome.Kind, outcome.DeliveredCount));
        held.Remove();
    }

    [Fact]
    public async Task HostGoesAndComes_WhileABatchIsUnderWay_TheBatchComesAgainBehindBirths()
    {
        Tell(isOnline: true, 10);
        await using var edge = await ConnectedAsync();
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1));
        var held = _broker.Faults.OnSent(MqttPacketType.PubAck).Always().Delay(TimeSpan.FromSeconds(3));

        var delivery = edge.GiveAsync(2, 3).AsTask();
        await _broker.WaitForAsync(() => Topics[^1].Contains("NDATA", StringComparison.Ordinal));
        Tell(isOnline: false, 10);
        Tell(isOnline: true, 11);

        var outcome = await delivery;
        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (outcome.Kind, outcome.DeliveredCount));
        held.Remove();
        await _broker.WaitForAsync(() => Topics[^1].Contains("NDEATH", StringComparison.Ordinal));
        await edge.DisconnectAsync();
        await edge.ConnectAsync();
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(2, 3));
        Assert.Empty(edge.Context.Mistakes);
    }

    [Fact]
    public async Task HostGoes_AndTheConnectionIsCut_NothingOfTheBatchIsDelivered()
    {
        Tell(isOnline: true, 10);
        await using var edge = await ConnectedAsync();
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1));
        var held = _broker.Faults.OnSent(MqttPacketType.PubAck).Always().Delay(TimeSpan.FromSeconds(3));

        var delivery = edge.GiveAsync(2, 3).AsTask();
        await _broker.WaitForAsync(() => Topics[^1].Contains("NDATA", StringComparison.Ordinal));
        var heard = _broker.CountReceived(MqttPacketType.PubAck);
        Tell(isOnline: false, 10);
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PubAck) > heard);
        _broker.Faults.CutConnections();

        var outcome = await delivery;
        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (outcome.Kind, outcome.DeliveredCount));
        held.Remove();
    }

    [Fact]
    public async Task SeveralServers_HostIsAtTheSecond_TheFirstIsLeft()
    {
        await using var other = await MqttTestBroker.StartAsync();
        other.Publish("spBv1.0/STATE/scada", new SparkplugState(true, 4).Encode(), MqttQos.AtLeastOnce, true);
        Tell(isOnline: false, 10);
        await using var edge = new RunningEdge(RunningEdge.Settings(_broker, "scada") with
        {
            OtherServers = [$"mqtt://127.0.0.1:{other.Port}"],
        });

        var error = await Assert.ThrowsAsync<ConnectorException>(edge.ConnectAsync);
        await edge.DisconnectAsync();
        await edge.ConnectAsync();

        Assert.True(error.IsTransient);
        Assert.Contains("'scada' is not online", error.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1));
        Assert.Empty(Topics);
        Assert.Equal("spBv1.0/g/NBIRTH/n", TopicsOf(other)[0]);
    }

    [Theory]
    [InlineData("a/b", false, "settings.sparkplug.primaryHost")]
    [InlineData("scada", true, "settings.will")]
    [InlineData("scada", false, null)]
    [InlineData(null, false, null)]
    public void Check_OfTheHost_FindsWhatIsWrong(string? host, bool hasWill, string? path)
    {
        var settings = RunningEdge.Settings(_broker, host) with
        {
            Will = hasWill ? new MqttWillSettings { Topic = "gone", Payload = "x" } : null,
        };

        var problems = MqttNorthCheck.Find(settings);

        Assert.Equal(path, problems.SingleOrDefault()?.Path);
    }

    private static string[] TopicsOf(MqttTestBroker broker) =>
        [.. broker.Received.Where(static one => one.ClientId.Length > 0).Select(static one => one.Topic)];

    private static byte[] RebirthRequest() => SparkplugCodec.Encode(new SparkplugPayload
    {
        Metrics =
        [
            new SparkplugMetric
            {
                Name = "Node Control/Rebirth",
                DataType = SparkplugDataType.Boolean,
                Value = SparkplugValue.From(true),
            },
        ],
    });

    private void Tell(bool isOnline, ulong timestamp) => _broker.Publish(
        "spBv1.0/STATE/scada", new SparkplugState(isOnline, timestamp).Encode(), MqttQos.AtLeastOnce, isRetained: true);

    private async Task<RunningEdge> ConnectedAsync()
    {
        var edge = new RunningEdge(RunningEdge.Settings(_broker, "scada"));
        await edge.ConnectAsync();
        return edge;
    }
}
