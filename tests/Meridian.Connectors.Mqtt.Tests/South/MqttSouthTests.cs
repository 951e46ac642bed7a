using System.Globalization;
using System.Text;
using Meridian.Connectors.Mqtt.South;
using Meridian.Formats.Payloads;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests.South;

public sealed class MqttSouthTests : IAsyncLifetime
{
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.
    private readonly TestContext _context = new();
    private readonly List<MqttSouth> _souths = [];

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var south in _souths)
        {
            await south.DisconnectAsync(CancellationToken.None);
            await south.StopAsync(CancellationToken.None);
        }

        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttPayloadFormat.Number, "21.5", "21.5", ReadingValueKind.Double)]
    [InlineData(MqttPayloadFormat.Number, "42", "42", ReadingValueKind.Int64)]
    [InlineData(MqttPayloadFormat.Text, "hé", "hé", ReadingValueKind.String)]
    [InlineData(MqttPayloadFormat.Bytes, "AB", "4142", ReadingValueKind.Bytes)]
    public async Task Message_OfEachFormat_BecomesAReadingNamedByItsTopic(
        MqttPayloadFormat format, string payload, string value, ReadingValueKind kind)
    {
        await StartAsync(
            new MqttItemSettings { Topic = "plant/+", Payload = new MqttPayloadSettings { Format = format } });

        Publish("plant/temp", payload);

        await _context.UntilAsync(() => _context.Received == 1);
        var reading = _context.Readings[0];
        Assert.Equal("plant/temp", reading.Point);
        Assert.Equal(value, reading.Value.ToString());
        Assert.Equal(kind, reading.Value.Kind);
        Assert.True(reading.Quality.IsGood);
        Assert.InRange((_context.Time.GetUtcNow() - reading.Timestamp).TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task Message_InJson_CarriesItsOwnTimestampAndQuality()
    {
        await StartAsync(new MqttItemSettings
        {
            Topic = "meters/#",
            Point = "energy/{topic[1]}",
            Payload = new MqttPayloadSettings
            {
                Format = MqttPayloadFormat.Json,
                Value = "$.kwh",
                Timestamp = "$.t",
                Quality = "$.q",
                TimestampFormat = TimestampFormat.UnixSeconds,
            },
        });

        Publish("meters/m7/x", """{"kwh": 12.5, "t": 1700000000, "q": "bad"}""");

        await _context.UntilAsync(() => _context.Received == 1);
        var reading = _context.Readings[0];
        Assert.Equal("energy/m7", reading.Point);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), reading.Timestamp);
        Assert.True(reading.Quality.IsBad);
    }

    [Fact]
    public async Task Message_WithManyReadings_GivesEachItsPointInOneIntake()
    {
        await StartAsync(new MqttItemSettings
        {
            Topic = "meters/+",
            Point = "{topic[1]}/{name}",
            Payload = new MqttPayloadSettings
            {
                Format = MqttPayloadFormat.Json,
                Each = "$.points",
                Name = "@.n",
                Timestamp = "$.t",
                TimestampFormat = TimestampFormat.UnixSeconds,
                Readings =
                [
                    new MqttReadingSettings { Value = "@.v" },
                    new MqttReadingSettings { Value = "@.max", Point = "{topic[1]}/{name}/max", IsOptional = true },
                ],
            },
        });

        Publish(
            "meters/m7",
            """{"t": 1700000000, "points": [{"n":"u","v":230,"max":241},{"n":"i","v":5},{"n":"p"},{"n":"f","v":50}]}""");

        await _context.UntilAsync(() => _context.Received == 5);
        Assert.Equal(
            ["m7/u=230", "m7/u/max=241", "m7/i=5", "meters/m7=7B226E223A2270227D", "m7/f=50"],
            _context.Readings.Select(static one => $"{one.Point}={one.Value}").ToArray());
        Assert.Equal(Quality.BadDecoding, _context.Readings[3].Quality);
        Assert.Equal(1, _context.IntakeCount);
        Assert.Equal(1, _context.Undecoded);
        await AllAcknowledgedAsync();
    }

    [Fact]
    public async Task Message_WithoutAnyReading_IsAcknowledged()
    {
        await StartAsync(new MqttItemSettings
        {
            Topic = "meters/+",
            Payload = new MqttPayloadSettings { Format = MqttPayloadFormat.Json, Each = "$" },
        });

        Publish("meters/a", "[]");
        Publish("meters/b", "[]", MqttQos.ExactlyOnce);

        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PubAck) == 2);
        await AllAcknowledgedAsync();
        Assert.Equal(0, _context.Received);
    }

    [Fact]
    public async Task Message_ThatDoesNotDecode_IsKeptAsItsBytes()
    {
        await StartAsync(new MqttItemSettings { Topic = "#" });

        Publish("a", "not a number");
        Publish("a", "1");

        await _context.UntilAsync(() => _context.Received == 2);
        Assert.Equal("not a number"u8.ToArray(), _context.Readings[0].Value.AsBytes().ToArray());
        Assert.Equal(Quality.BadDecoding, _context.Readings[0].Quality);
        Assert.Equal(1, _context.Undecoded);
        await AllAcknowledgedAsync();
    }

    [Theory]
    [InlineData(1, MqttPacketType.PubAck)]
    [InlineData(2, MqttPacketType.PubRec)]
    public async Task Receipt_Withheld_HoldsTheAcknowledgementAndPingsGoOn(int qos, MqttPacketType acknowledgement)
    {
        _context.HoldReceipts();
        await StartAsync(
            new MqttSouthSettings
            {
                Host = _broker.Host,
                Port = _broker.Port,
                KeepAlive = TimeSpan.FromSeconds(2),
                ReceiveMaximum = 5,
            },
            new MqttItemSettings { Topic = "#", Qos = qos });

        for (var i = 0; i < 20; i++)
        {
            Publish("a", i.ToString(CultureInfo.InvariantCulture), (MqttQos)qos);
        }

        await _context.UntilAsync(() => _context.Received == 5);
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PingReq) >= 2);
        Assert.Equal(0, _broker.CountReceived(acknowledgement));
        Assert.Equal(5, _context.Received);

        _context.ReleaseReceipts();

        await _context.UntilAsync(() => _context.Received == 20);
        await AllAcknowledgedAsync();
        Assert.Equal(
            Enumerable.Range(0, 20).Select(static i => (long)i),
            _context.Readings.Select(static r => r.Value.AsInt64()));
        Assert.Equal(1, _context.ConnectedCount);
    }

    [Fact]
    public async Task Buffer_Full_LetsQos0GoAndCountsIt()
    {
        _context.HoldReceipts();
        await StartAsync(
            new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port, BufferMessages = 10 },
            new MqttItemSettings { Topic = "#", Qos = 0 });

        for (var i = 0; i < 1_000; i++)
        {
            Publish("a", "1", MqttQos.AtMostOnce);
        }

        await _context.UntilAsync(() => _context.LetGo > 0);
        _context.ReleaseReceipts();
        await _context.UntilAsync(() => _context.LetGo + _context.Received == 1_000);
        Assert.InRange(_context.Received, 10, 990);
    }

    [Fact]
    public async Task Buffer_FullOfBytes_HoldsQos1AndLosesNothing()
    {
        _context.HoldReceipts();
        await StartAsync(
            new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port, BufferSize = new(64 * 1024) },
            new MqttItemSettings
            {
                Topic = "#",
                Payload = new MqttPayloadSettings { Format = MqttPayloadFormat.Bytes },
            });

        for (var i = 0; i < 100; i++)
        {
            _broker.Publish("a", new byte[10_000], MqttQos.AtLeastOnce);
        }

        await _context.UntilAsync(() => _context.Received > 0);
        Assert.InRange(_context.Received, 1, 2 * 7);

        _context.ReleaseReceipts();

        await _context.UntilAsync(() => _context.Received == 100);
        await AllAcknowledgedAsync();
        Assert.Equal(0, _context.LetGo);
    }

    [Fact]
    public async Task Restart_WithPersistentSession_BringsWhatWaitedBeforeAnythingIsSubscribed()
    {
        var settings = new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port, ClientId = "gateway" };
        var item = new MqttItemSettings { Topic = "#" };
        var first = await StartAsync(settings, item);
        await first.DisconnectAsync(CancellationToken.None);
        for (var i = 0; i < 50; i++)
        {
            Publish("a", "1");
        }

        var second = new MqttSouth(_context, settings);
        _souths.Add(second);
        await second.ConnectAsync(CancellationToken.None);
        await _broker.WaitForAsync(() => _broker.Sessions[0].InFlightCount == 50);
        Assert.Equal(0, _context.Received);

        await second.SubscribeAsync([new Item("item 0", item)], CancellationToken.None);

        await _context.UntilAsync(() => _context.Received == 50);
        await AllAcknowledgedAsync();
        Assert.Equal(0, _context.LetGo);
    }

    [Fact]
    public async Task Connection_CutWithReceiptsHeld_BringsAllAgainMarkedAsRepeated()
    {
        _context.HoldReceipts();
        await StartAsync(new MqttItemSettings { Topic = "#" });
        Publish("a", "1");
        Publish("a", "2");
        await _context.UntilAsync(() => _context.Received == 2);

        _broker.Faults.CutConnections();

        await _context.UntilAsync(() => _context.Received == 4);
        Assert.Equal(2, _context.Repeated);
        Assert.Equal(2, _context.ConnectedCount);
        Assert.Equal(Fault.Unreachable, Assert.Single(_context.Faults).Fault);
        _context.ReleaseReceipts();
        await AllAcknowledgedAsync();
    }

    [Fact]
    public async Task Disconnect_ThenConnect_GoesOnWithTheSameInstance()
    {
        var all = new MqttItemSettings { Topic = "#" };
        var south = await StartAsync(all);
        Publish("a", "1");
        await _context.UntilAsync(() => _context.Received == 1);

        await south.DisconnectAsync(CancellationToken.None);
        await _broker.WaitForAsync(() => !_broker.Sessions[0].IsConnected);
        Publish("a", "2");
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync([new Item("item 0", all)], CancellationToken.None);

        await _context.UntilAsync(() => _context.Received == 2);
        await AllAcknowledgedAsync();
        Assert.Equal(0, _context.Repeated);
    }

    [Fact]
    public async Task Message_OfARemovedItem_IsLetGoAndAcknowledged()
    {
        var settings = new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port, ClientId = "gateway" };
        var before = await StartAsync(settings, new MqttItemSettings { Topic = "old/#" });
        await before.DisconnectAsync(CancellationToken.None);
        await StartAsync(settings, new MqttItemSettings { Topic = "new/#" });

        Publish("old/a", "1");
        Publish("new/a", "2");

        await _context.UntilAsync(() => _context.Received == 1);
        Assert.Equal(1, _context.LetGo);
        await AllAcknowledgedAsync();
    }

    [Fact]
    public async Task Subscription_Refused_IsTheStatusOfItsItemAlone()
    {
        _broker.Faults.RefuseSubscription("secret/#");

        await StartAsync(new MqttItemSettings { Topic = "secret/#" }, new MqttItemSettings { Topic = "open/#" });

        Assert.Contains("refuses the subscription to 'secret/#'", _context.Items["item 0"], StringComparison.Ordinal);
        Assert.Null(_context.Items["item 1"]);
        Publish("open/a", "1");
        await _context.UntilAsync(() => _context.Received == 1);
    }

    [Fact]
    public async Task Unsubscribe_OneItem_EndsItAndLeavesTheOther()
    {
        var south = await StartAsync(new MqttItemSettings { Topic = "a" }, new MqttItemSettings { Topic = "b" });

        await south.UnsubscribeAsync(
            [new Item("item 0", new MqttItemSettings { Topic = "a" })], CancellationToken.None);

        Publish("a", "1");
        Publish("b", "2");
        await _context.UntilAsync(() => _context.Received == 1);
        Assert.Equal("b", _context.Readings[0].Point);
        Assert.Equal(0, _context.LetGo);
    }

    [Theory]
    [InlineData(MqttReasonCode.BadUserNameOrPassword, Fault.Unauthorized, true)]
    [InlineData(MqttReasonCode.ClientIdentifierNotValid, Fault.Misconfigured, false)]
    [InlineData(MqttReasonCode.ServerUnavailable, Fault.Unreachable, true)]
    public async Task Connect_Refused_SaysWhyInTheEnginesWords(MqttReasonCode reason, Fault fault, bool isTransient)
    {
        _broker.Faults.RefuseConnects(reason);

        var error = await Assert.ThrowsAsync<ConnectorException>(
            () => StartAsync(new MqttItemSettings { Topic = "#" }));

        Assert.Equal(fault, error.Fault);
        Assert.Equal(isTransient, error.IsTransient);
    }

    [Fact]
    public async Task TestConnection_WhileRunning_DisturbsNothing()
    {
        await StartAsync(new MqttItemSettings { Topic = "#" });

        var facts = await new MqttSouth(_context, new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port })
            .TestConnectionAsync(CancellationToken.None);

        Assert.Contains(facts, static fact => string.Equals(fact.Key, "Round trip", StringComparison.Ordinal));
        await _broker.WaitForAsync(() => _broker.Sessions.Count == 1);
        Assert.True(_broker.Sessions[0].IsConnected);
        Assert.Equal(1, _context.ConnectedCount);
    }

    private Task<MqttSouth> StartAsync(params MqttItemSettings[] items) =>
        StartAsync(new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port }, items);

    private async Task<MqttSouth> StartAsync(MqttSouthSettings settings, params MqttItemSettings[] items)
    {
        var south = new MqttSouth(_context, settings);
        _souths.Add(south);
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync(
            [.. items.Select(static (item, i) => new Item($"item {i}", item))], CancellationToken.None);
        return south;
    }

    private void Publish(string topic, string payload, MqttQos qos = MqttQos.AtLeastOnce) =>
        _broker.Publish(topic, Encoding.UTF8.GetBytes(payload), qos);

    private Task AllAcknowledgedAsync() =>
        _broker.WaitForAsync(() => _broker.Sessions.All(static s => s is { InFlightCount: 0, QueuedCount: 0 }));
}
