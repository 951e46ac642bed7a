using System.Text;

namespace Meridian.Mqtt.Testing.Tests;

public sealed class Version5Tests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    public async Task InitializeAsync() =>
        _broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { Time = _clock });

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task SessionExpiry_Over_EndsTheSession()
    {
        var (first, _) = await RawPeer5.ConnectAsync(_broker, "c", "110000000A");
        await EndAsync(first, "E000");
        Assert.Equal(TimeSpan.FromSeconds(10), Assert.Single(_broker.Sessions).Expiry);

        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Single(_broker.Sessions);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(_broker.Sessions);
    }

    [Theory]
    [InlineData(0x00, 0x01)]
    [InlineData(0x02, 0x00)]
    public async Task CleanStart_DecidesWhetherTheSessionGoesOn(int flags, int sessionPresent)
    {
        var (first, _) = await RawPeer5.ConnectAsync(_broker, "c", "11FFFFFFFF");
        await EndAsync(first, "E000");

        var (second, connAck) = await RawPeer5.ConnectAsync(_broker, "c", "11FFFFFFFF", flags);
        using var connected = second;

        Assert.Equal(sessionPresent, connAck.Bytes.Span[2]);
    }

    [Fact]
    public async Task Disconnect_WithAnotherExpiry_ChangesIt()
    {
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c", "110000000A");

        await EndAsync(peer, "E00700051100000014");

        Assert.Equal(TimeSpan.FromSeconds(20), Assert.Single(_broker.Sessions).Expiry);
    }

    [Fact]
    public async Task MessageExpiry_CountsWhileItWaits()
    {
        var (first, _) = await RawPeer5.ConnectAsync(_broker, "c", "11FFFFFFFF");
        await first.SendAsync(RawPeer5.Subscribe(1, "#", 1));
        await first.ExpectAsync("900400010001");
        await EndAsync(first, "E000");
        Publish("short", TimeSpan.FromSeconds(5));
        Publish("long", TimeSpan.FromSeconds(60));
        _clock.Advance(TimeSpan.FromSeconds(20));

        var (second, _) = await RawPeer5.ConnectAsync(_broker, "c", "11FFFFFFFF", 0x00);
        using var connected = second;

        var packet = await RawPeer5.ReadAsync(second);
        Assert.Equal("long", packet.Topic);
        Assert.Equal(TimeSpan.FromSeconds(40), packet.Properties?.Expiry);
        Assert.Equal(1, _broker.ExpiredCount);
    }

    [Fact]
    public async Task Retained_Expired_IsGone()
    {
        _broker.Publish(new MqttApplicationMessage
        {
            Topic = "a",
            Payload = "1"u8.ToArray(),
            IsRetained = true,
            Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(5) },
        });
        Assert.Single(_broker.Retained);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(_broker.Retained);
    }

    [Fact]
    public async Task WillDelay_ClientBackInTime_IsNotMourned()
    {
        var (first, _) = await ConnectWithWillAsync(delaySeconds: 10);
        _broker.Faults.CutConnections();
        await first.ExpectEndAsync();
        await _broker.WaitForAsync(() => !_broker.Sessions[0].IsConnected);
        _clock.Advance(TimeSpan.FromSeconds(9));

        var (second, _) = await RawPeer5.ConnectAsync(_broker, "c", "1100000064", 0x00);
        using var connected = second;
        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(0, _broker.MessageCount);
    }

    [Theory]
    [InlineData(10, 100, 10)]
    [InlineData(100, 20, 20)]
    public async Task WillDelay_Over_PublishesWhenTheFirstOfDelayAndSessionEnds(int delay, int expiry, int due)
    {
        var (peer, _) = await ConnectWithWillAsync(delay, expiry);
        _broker.Faults.CutConnections();
        await peer.ExpectEndAsync();
        await _broker.WaitForAsync(() => !_broker.Sessions[0].IsConnected);

        _clock.Advance(TimeSpan.FromSeconds(due - 1));
        Assert.Equal(0, _broker.MessageCount);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("will", Assert.Single(_broker.Received).Topic);
    }

    [Theory]
    [InlineData("E000", 0)]
    [InlineData("E00104", 1)]
    public async Task Disconnect_ByItsReason_LeavesOutOrPublishesTheWill(string disconnect, int published)
    {
        var (peer, _) = await ConnectWithWillAsync(delaySeconds: 0);

        await EndAsync(peer, disconnect);

        Assert.Equal(published, _broker.MessageCount);
    }

    [Fact]
    public async Task TakeOver_TellsTheOlderWhy()
    {
        var (older, _) = await RawPeer5.ConnectAsync(_broker, "same");

        var (newer, _) = await RawPeer5.ConnectAsync(_broker, "same");
        using var connected = newer;

        Assert.Equal(MqttReasonCode.SessionTakenOver, (await RawPeer5.ReadAsync(older)).ReasonCode);
        older.Dispose();
    }

    [Fact]
    public async Task KeepAlive_Over_EndsWithTheReason()
    {
        using var peer = await RawPeer.OpenAsync(_broker);
        await peer.SendAsync(RawPeer5.Connect("c", keepAlive: 10));
        await RawPeer5.ReadAsync(peer);

        _clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(MqttReasonCode.KeepAliveTimeout, (await RawPeer5.ReadAsync(peer)).ReasonCode);
    }

    [Fact]
    public async Task Subscription_Options_AreObeyed()
    {
        _broker.Publish("kept", "1"u8.ToArray(), isRetained: true);
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c");
        using var connected = peer;

        await peer.SendAsync(RawPeer5.Subscribe(1, "#", 0x2C, "0B07")); // No Local, as published, no retained; id 7.
        await peer.ExpectAsync("900400010000");
        await peer.SendAsync(RawPeer5.Publish("own", "x"));
        _broker.Publish("other", "y"u8.ToArray(), isRetained: true);

        var packet = await RawPeer5.ReadAsync(peer);
        Assert.Equal("other", packet.Topic);
        Assert.True(packet.IsRetained);
        Assert.Equal([7u], packet.SubscriptionIdentifiers);
    }

    [Fact]
    public async Task Retain_HandlingIfNew_SendsOnce()
    {
        _broker.Publish("kept", "1"u8.ToArray(), isRetained: true);
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c");
        using var connected = peer;

        await peer.SendAsync(RawPeer5.Subscribe(1, "#", 0x10), RawPeer5.Subscribe(2, "#", 0x10));

        await peer.ExpectAsync("900400010000");
        Assert.Equal("kept", (await RawPeer5.ReadAsync(peer)).Topic);
        await peer.ExpectAsync("900400020000");
        await peer.SendAsync("C000");
        await peer.ExpectAsync("D000");
    }

    [Fact]
    public async Task Subscriptions_Overlapping_GiveOneCopyWithAllIdentifiers()
    {
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c");
        using var connected = peer;
        await peer.SendAsync(RawPeer5.Subscribe(1, "a/#", 0, "0B01"), RawPeer5.Subscribe(2, "a/b", 1, "0B02"));
        await peer.ExpectAsync("900400010000" + "900400020001");

        _broker.Publish("a/b", "1"u8.ToArray(), MqttQos.ExactlyOnce);

        var packet = await RawPeer5.ReadAsync(peer);
        Assert.Equal(MqttQos.AtLeastOnce, packet.Qos);
        Assert.Equal([1u, 2u], packet.SubscriptionIdentifiers);
    }

    [Fact]
    public async Task SharedSubscription_TwoMembers_AreServedInTurn()
    {
        var (one, _) = await RawPeer5.ConnectAsync(_broker, "one");
        var (two, _) = await RawPeer5.ConnectAsync(_broker, "two");
        foreach (var peer in new[] { one, two })
        {
            await peer.SendAsync(RawPeer5.Subscribe(1, "$share/g/a", 0));
            await peer.ExpectAsync("900400010000");
        }

        for (var i = 1; i <= 4; i++)
        {
            _broker.Publish("a", Encoding.UTF8.GetBytes($"{i}"));
        }

        Assert.Equal(["1", "3"], [await ReadTextAsync(one), await ReadTextAsync(one)]);
        Assert.Equal(["2", "4"], [await ReadTextAsync(two), await ReadTextAsync(two)]);
        one.Dispose();
        two.Dispose();
    }

    [Fact]
    public async Task TopicAliases_BothWays_StandForTheTopic()
    {
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c", "220001");
        using var connected = peer;
        await peer.SendAsync(RawPeer5.Subscribe(1, "#", 0));
        await peer.ExpectAsync("900400010000");

        await peer.SendAsync(
            RawPeer5.Publish("long/topic", "1", properties: "230005"), RawPeer5.Publish("", "2", properties: "230005"));

        var first = await RawPeer5.ReadAsync(peer);
        var second = await RawPeer5.ReadAsync(peer);
        Assert.Equal(("long/topic", (ushort)1), (first.Topic, first.TopicAlias));
        Assert.Equal(("", (ushort)1), (second.Topic, second.TopicAlias));
        Assert.All(_broker.Received, static message => Assert.Equal("long/topic", message.Topic));
    }

    [Fact]
    public async Task Publish_Properties_TravelUnchanged()
    {
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c");
        using var connected = peer;
        await peer.SendAsync(RawPeer5.Subscribe(1, "#", 0));
        await peer.ExpectAsync("900400010000");
        const string properties = "0101" + "03000174" + "08000172" + "090002BEEF" + "2600016B000176";

        await peer.SendAsync(RawPeer5.Publish("a", "1", properties: properties));

        var received = (await RawPeer5.ReadAsync(peer)).Properties;
        Assert.NotNull(received);
        Assert.Equal((true, "t", "r"), (received.IsText, received.ContentType, received.ResponseTopic));
        Assert.Equal("BEEF", Convert.ToHexString(received.CorrelationData!.Value.Span));
        Assert.Equal([new MqttUserProperty("k", "v")], received.UserProperties);
    }

    [Fact]
    public async Task Answers_OfVersion5_SayWhatWasWrong()
    {
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c");
        using var connected = peer;
        _broker.Faults.RefusePublications("secret/#", MqttReasonCode.NotAuthorized);
        _broker.Faults.RefuseSubscription("secret/#", MqttReasonCode.NotAuthorized);

        await peer.SendAsync(RawPeer5.Publish("nobody", "1", 1, 1), RawPeer5.Publish("secret/a", "1", 2, 2));
        await peer.SendAsync("6202" + "0063");
        await peer.SendAsync(RawPeer5.Subscribe(3, "secret/#", 0));
        await peer.SendAsync("A206" + "0004" + "00" + "0001" + "78");

        await peer.ExpectAsync("4003000110" + "5003000287" + "7003006392" + "900400030087" + "B00400040011");
        Assert.Single(_broker.Received);
    }

    [Fact]
    public async Task Disconnect_ByTheBroker_CarriesReasonAndReference()
    {
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c");
        using var connected = peer;

        Assert.True(_broker.Disconnect("c", MqttReasonCode.UseAnotherServer, "go", "b:1"));

        await peer.ExpectAsync("E00D9C0B" + "1F0002676F" + "1C0003623A31");
        Assert.Empty(await peer.ExpectEndAsync());
    }

    private async Task<(RawPeer Peer, MqttTestPacket ConnAck)> ConnectWithWillAsync(
        int delaySeconds, int expirySeconds = 100) => await RawPeer5.ConnectAsync(
        _broker,
        "c",
        $"11{expirySeconds:X8}",
        0x06,
        RawPeer5.Properties($"18{delaySeconds:X8}"),
        RawPeer.Text("will"),
        RawPeer.Text("gone"));

    private void Publish(string topic, TimeSpan expiry) => _broker.Publish(new MqttApplicationMessage
    {
        Topic = topic,
        Payload = "x"u8.ToArray(),
        Qos = MqttQos.AtLeastOnce,
        Properties = new MqttMessageProperties { Expiry = expiry },
    });

    private async Task EndAsync(RawPeer peer, string disconnect)
    {
        await peer.SendAsync(disconnect);
        await peer.ExpectEndAsync();
        await _broker.WaitForAsync(() => _broker.Sessions.All(static session => !session.IsConnected));
        peer.Dispose();
    }

    private static async Task<string> ReadTextAsync(RawPeer peer) =>
        Encoding.UTF8.GetString((await RawPeer5.ReadAsync(peer)).Payload.Span);
}
