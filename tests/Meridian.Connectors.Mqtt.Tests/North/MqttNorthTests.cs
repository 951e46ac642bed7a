using System.Globalization;
using System.Text;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.North;

public sealed class MqttNorthTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.
    private readonly TestContext _context = new();
    private MqttNorth? _north;

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync()
    {
        if (_north is not null)
        {
            await _north.DisconnectAsync(CancellationToken.None);
            await _north.StopAsync(CancellationToken.None);
        }

        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Batch_AsJson_IsPublishedInOrder()
    {
        var north = await StartAsync(Settings() with { Topic = "out/{point}" });

        var outcome = await north.HandleValuesAsync(Batch(2_500), CancellationToken.None);

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(2_500, _broker.MessageCount);
        Assert.Equal(
            """{"point":"p","timestamp":"2026-11-21T12:00:00.0000000Z","value":0,"quality":"good"}""",
            TextOf(_broker.Received[0]));
        Assert.All(_broker.Received, static message => Assert.Equal("out/p", message.Topic));
        Assert.Equal(2_499, _broker.Received.Select(ValueOf).Max());
        Assert.Equal(_broker.Received.Select(ValueOf).Order(), _broker.Received.Select(ValueOf));
    }

    [Fact]
    public async Task Batch_AsValue_SendsTheValueAlone()
    {
        var north = await StartAsync(Settings() with { Format = MqttNorthFormat.Value, IsRetained = true, Qos = 2 });

        await north.HandleValuesAsync(
            Batch(
                new Reading("number", Noon, ReadingValue.From(1.5)),
                new Reading("text", Noon, ReadingValue.From("é")),
                new Reading("bytes", Noon, ReadingValue.From([0, 255])),
                new Reading("none", Noon, ReadingValue.Null)),
            CancellationToken.None);

        Assert.Equal(
            ["312E35", "C3A9", "00FF", "6E756C6C"],
            _broker.Received.Select(static message => Convert.ToHexString(message.Payload.Span)),
            StringComparer.Ordinal);
        Assert.All(_broker.Received, static message => Assert.Equal(MqttQos.ExactlyOnce, message.Qos));
        Assert.Equal(4, _broker.Retained.Count);
    }

    [Fact]
    public async Task Batch_WithTopicsThatCannotBeWritten_RejectsThoseAlone()
    {
        var north = await StartAsync(Settings() with { MaxPacketSize = new(70_000) });

        var outcome = await north.HandleValuesAsync(
            Batch(
                new Reading("good", Noon, ReadingValue.From(1.5)),
                new Reading("bad/#", Noon, ReadingValue.From(1.5)),
                new Reading("big", Noon, ReadingValue.From(new string('x', 80_000))),
                new Reading(new string('l', 66_000), Noon, ReadingValue.From(1.5)),
                new Reading("nul\0", Noon, ReadingValue.From(1.5)),
                new Reading("good too", Noon, ReadingValue.From(1.5))),
            CancellationToken.None);

        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        Assert.Equal([1, 2, 3, 4], outcome.Rejections!.Select(static rejection => rejection.Index));
        Assert.Contains("wildcard", outcome.Rejections![0].Reason, StringComparison.Ordinal);
        Assert.Equal(
            ["good", "good too"], _broker.Received.Select(static message => message.Topic), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(2_499)]
    public async Task Connection_CutWithinABatch_CountsTheAcknowledgedPrefix(int acknowledged)
    {
        var north = await StartAsync(Settings() with { Window = 300 });
        _broker.Faults.CutAtSent(MqttPacketType.PubAck, after: acknowledged);

        var outcome = await north.HandleValuesAsync(Batch(2_500), CancellationToken.None);

        Assert.Equal(DeliveryOutcomeKind.Retry, outcome.Kind);
        Assert.Equal(acknowledged, outcome.DeliveredCount);
        Assert.Contains("127.0.0.1", outcome.Reason, StringComparison.Ordinal);

        await _context.UntilAsync(() => _context.ConnectedCount == 2);
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(Batch(10), CancellationToken.None));
    }

    [Fact]
    public async Task Connection_CutBehindARejection_KeepsTheRejectedOutOfThePrefix()
    {
        var north = await StartAsync(Settings());
        _broker.Faults.CutAtSent(MqttPacketType.PubAck, after: 3);
        var readings = Enumerable.Range(0, 10)
            .Select(static i => new Reading(i == 2 ? "#" : "p", Noon, ReadingValue.From(i)));

        var outcome = await north.HandleValuesAsync(Batch([.. readings]), CancellationToken.None);

        Assert.Equal(DeliveryOutcomeKind.Retry, outcome.Kind);
        Assert.Equal(2, outcome.DeliveredCount);
    }

    /// <summary>Rights are mended at the broker; until then all waits, and nothing is thought to be wrong with it.
    /// </summary>
    [Theory]
    [InlineData(MqttReasonCode.NotAuthorized, "Grant it at the broker")]
    [InlineData(MqttReasonCode.QosNotSupported, "does not do what is asked of it")]
    public async Task Right_ThatTheBrokerDoesNotGive_HoldsTheBatchAndQuarantinesNothing(
        MqttReasonCode reason, string words)
    {
        var north = await StartAsync(Settings() with { Version = MqttVersion.V5 });
        _broker.Faults.RefusePublications("#", reason);

        var refused = await north.HandleValuesAsync(Batch(10), CancellationToken.None);
        _broker.Faults.Clear();

        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (refused.Kind, refused.DeliveredCount));
        Assert.Contains(words, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(Batch(10), CancellationToken.None));
    }

    [Fact]
    public async Task Broker_Away_IsRetryAndNothingIsKept()
    {
        var north = await StartAsync(Settings());
        await _broker.SuspendAsync();
        await _context.UntilAsync(() => !_context.Faults.IsEmpty);

        var outcome = await north.HandleValuesAsync(Batch(10), CancellationToken.None);

        Assert.Equal(DeliveryOutcomeKind.Retry, outcome.Kind);
        Assert.Equal(0, outcome.DeliveredCount);
        _broker.Resume();
        await _context.UntilAsync(() => _context.ConnectedCount == 2);
        Assert.Equal(0, _broker.MessageCount);
    }

    [Fact]
    public async Task Delivery_Cancelled_EndsAndTheNextBatchIsWhole()
    {
        var north = await StartAsync(Settings());
        _broker.Faults.DropReceived(MqttPacketType.Publish, 10);
        using var stop = new CancellationTokenSource();

        var delivery = north.HandleValuesAsync(Batch(10), stop.Token).AsTask();
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.Publish) == 10);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(Batch(10), CancellationToken.None));
    }

    [Fact]
    public async Task Message_OfMqtt5_SaysWhetherItIsText()
    {
        var north = await StartAsync(Settings() with { Format = MqttNorthFormat.Value, Version = MqttVersion.V5 });

        await north.HandleValuesAsync(
            Batch(
                new Reading("text", Noon, ReadingValue.From("é")),
                new Reading("bytes", Noon, ReadingValue.From([0, 255]))),
            CancellationToken.None);

        Assert.Equal([true, false], _broker.Received.Select(static message => message.Properties?.IsText ?? false));
    }

    [Fact]
    public async Task Batch_WithPropertiesThatCannotBeWritten_RejectsThoseAlone()
    {
        var unit = new Dictionary<string, string>(StringComparer.Ordinal) { ["unit"] = "{value}" };
        var north = await StartAsync(Settings() with
        {
            Version = MqttVersion.V5,
            Format = MqttNorthFormat.Template,
            Payload = new FreeJson("\"{point}\""),
            Properties = new MqttMessageSettings { UserProperties = unit },
            MaxPacketSize = new(1_024),
        });

        // The packet of 1,024 bytes at most has 30 beside the value.
        var outcome = await north.HandleValuesAsync(
            Batch(
                new Reading("p", Noon, ReadingValue.From("good")),
                new Reading("p", Noon, ReadingValue.From("a\0b")),
                new Reading("p", Noon, ReadingValue.From(new string('x', 1_000))),
                new Reading("p", Noon, ReadingValue.From(new string('x', 980)))),
            CancellationToken.None);

        Assert.Equal([1, 2], outcome.Rejections!.Select(static rejection => rejection.Index));
        Assert.Contains("'unit'", outcome.Rejections![0].Reason, StringComparison.Ordinal);
        Assert.Contains("maxPacketSize", outcome.Rejections![1].Reason, StringComparison.Ordinal);
        Assert.Equal(2, _broker.MessageCount);
    }

    [Fact]
    public async Task Message_ExpiredBeforeItsTurn_IsPublishedAnew()
    {
        var north = await StartAsync(Settings() with
        {
            Version = MqttVersion.V5,
            Window = 1,
            Properties = new MqttMessageSettings { MessageExpiry = TimeSpan.FromSeconds(1) },
        });
        _broker.Faults.AcknowledgementDelay = TimeSpan.FromSeconds(1.5);

        var outcome = await north.HandleValuesAsync(Batch(2), CancellationToken.None);

        Assert.Equal((DeliveryOutcomeKind.Retry, 1), (outcome.Kind, outcome.DeliveredCount));
        Assert.Contains("messageExpiry, 00:00:01", outcome.Reason, StringComparison.Ordinal);
        _broker.Faults.AcknowledgementDelay = TimeSpan.Zero;
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(Batch(1), CancellationToken.None));
    }

    [Fact]
    public async Task Connect_NobodyListens_IsUnreachable()
    {
        await _broker.SuspendAsync();

        var error = await Assert.ThrowsAsync<ConnectorException>(() => StartAsync(Settings()));

        Assert.Equal(Fault.Unreachable, error.Fault);
        Assert.True(error.IsTransient);
    }

    private static ValuesBatch Batch(int count) =>
        Batch([.. Enumerable.Range(0, count).Select(static i => new Reading("p", Noon, ReadingValue.From((long)i)))]);

    private static ValuesBatch Batch(params Reading[] readings) => new(
        Guid.Empty,
        readings,
        Enumerable.Range(0, readings.Length).Select(static i => (long)i).ToArray(),
        new DeliveryPosition(Guid.Empty, "north", default));

    private static string TextOf(MqttTestMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    private static int ValueOf(MqttTestMessage message) =>
        int.Parse(TextOf(message).Split("\"value\":")[1].Split(',')[0], CultureInfo.InvariantCulture);

    private MqttNorthSettings Settings() => new() { Host = _broker.Host, Port = _broker.Port };

    private async Task<MqttNorth> StartAsync(MqttNorthSettings settings)
    {
        _north = new MqttNorth(_context, settings);
        await _north.ConnectAsync(CancellationToken.None);
        return _north;
    }
}
