using Meridian.Connectors.Mqtt.Connection;
using Meridian.Formats.Sparkplug;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Edge;

/// <summary>How much of a batch the broker has when the connection is lost within it.</summary>
public sealed class DeliveredPrefixTests : IAsyncLifetime
{
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    /// <summary>Texts of 100 KB are a message each, beside the one that the birth says.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    public async Task Connection_CutWithinABatch_CountsTheMessagesThatWereAcknowledged(int acknowledged, int expected)
    {
        await using var edge = await StartAsync();
        _broker.Faults.CutAtSent(MqttPacketType.PubAck, after: acknowledged);

        var outcome = await edge.GiveAsync([Text("p", 0, 1), .. Large("p", 6)]);

        Assert.Equal((DeliveryOutcomeKind.Retry, expected), (outcome.Kind, outcome.DeliveredCount));
        await edge.DisconnectAsync();
        await edge.ConnectAsync();
        var rest = Large("p", 6)[Math.Max(0, expected - 1)..];
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(rest));
    }

    /// <summary>The points' first readings are in the birth; what comes between is in the data behind it.</summary>
    [Fact]
    public async Task Connection_CutBehindTheBirth_CountsNoFurtherThanTheFirstThatIsMissing()
    {
        await using var edge = await StartAsync();
        _broker.Faults.CutAtSent(MqttPacketType.PubAck, after: 1);

        var outcome = await edge.GiveAsync(Text("a", 0, 1), Text("b", 1, 1), Text("a", 2, 1), Text("c", 3, 1));

        Assert.Equal((DeliveryOutcomeKind.Retry, 2), (outcome.Kind, outcome.DeliveredCount));
    }

    [Fact]
    public async Task Connection_CutBehindARejection_KeepsTheRejectedOutOfTheFront()
    {
        await using var edge = await StartAsync();
        await edge.GiveAsync(Text("p", 0, 1));
        _broker.Faults.CutAtSent(MqttPacketType.PubAck, after: 2);

        var outcome = await edge.GiveAsync([.. Large("p", 1), Text("", 2, 1), .. Large("p", 3)]);

        Assert.Equal((DeliveryOutcomeKind.Retry, 1), (outcome.Kind, outcome.DeliveredCount));
    }

    /// <summary>A server of MQTT 5.0 may refuse for now; the births that follow name everything again.</summary>
    [Fact]
    public async Task Broker_RefusesForNow_TheNextBatchBeginsWithBirths()
    {
        await using var edge = new RunningEdge(
            RunningEdge.Settings(_broker) with { Version = MqttVersion.V5 });
        await edge.ConnectAsync();
        _broker.Faults.RefusePublications("spBv1.0/g/NBIRTH/n", MqttReasonCode.QuotaExceeded);

        var outcome = await edge.GiveAsync(1, 2, 3);
        _broker.Faults.Clear();

        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (outcome.Kind, outcome.DeliveredCount));
        var before = _broker.Received.Count;
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1, 2, 3));
        Assert.Equal("spBv1.0/g/NBIRTH/n", _broker.Received[before].Topic);
        Assert.True(SparkplugCodec.TryDecode(
            _broker.Received[before].Payload, out var birth, out _));
        Assert.Contains(birth.Metrics, static one => string.Equals(one.Name, "p", StringComparison.Ordinal));
    }

    /// <summary>Data behind a birth that is refused could be named by nobody, so none of them are delivered.</summary>
    [Fact]
    public async Task Broker_RefusesTheBirthForGood_NothingIsDeliveredAndNothingQuarantined()
    {
        await using var edge = new RunningEdge(
            RunningEdge.Settings(_broker) with { Version = MqttVersion.V5 });
        await edge.ConnectAsync();
        _broker.Faults.RefusePublications("spBv1.0/g/NBIRTH/n", MqttReasonCode.NotAuthorized);

        var refused = await edge.GiveAsync(1, 2, 3);
        _broker.Faults.Clear();

        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (refused.Kind, refused.DeliveredCount));
        Assert.Equal(DeliveryOutcome.Delivered, await edge.GiveAsync(1, 2, 3));
    }

    private static Reading[] Large(string point, int count) =>
        [.. Enumerable.Range(1, count).Select(i => Text(point, i, 100_000))];

    private static Reading Text(string point, int second, int length) =>
        RunningEdge.One(point, second) with { Value = ReadingValue.From(new string('x', length)) };

    private async Task<RunningEdge> StartAsync()
    {
        var edge = new RunningEdge(RunningEdge.Settings(_broker));
        await edge.ConnectAsync();
        return edge;
    }
}
