namespace Meridian.Mqtt.Testing.Tests;

/// <summary>What CONNACK tells, and what becomes of a client that does not keep to it.</summary>
public sealed class Version5LimitTests
{
    [Fact]
    public async Task ConnAck_AllLimitsSet_TellsThem()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            ReceiveMaximum = 5,
            MaxPacketBytes = 256,
            TopicAliasMaximum = 3,
            MaximumQos = MqttQos.AtLeastOnce,
            IsRetainAvailable = false,
            IsWildcardSubscriptionAvailable = false,
            IsSubscriptionIdentifierAvailable = false,
            IsSharedSubscriptionAvailable = false,
            ServerKeepAlive = TimeSpan.FromSeconds(7),
            MaximumSessionExpiry = TimeSpan.FromSeconds(9),
            ResponseInformation = "r/",
            ConnectReasonString = "hi",
        });
        using var peer = await RawPeer.OpenAsync(broker);

        await peer.SendAsync(RawPeer5.Connect("", "1100000064" + "1901")); // Expiry 100 s, wants response information.

        var connAck = Convert.FromHexString(await peer.ReadAsync());
        var hex = Convert.ToHexString(connAck[5..]);
        Assert.Equal("0000", Convert.ToHexString(connAck[2..4]));
        foreach (var property in new[]
        {
            "1100000009", "210005", "2700000100", "220003", "2401", "2500", "2800", "2900", "2A00", "130007",
            "1A0002" + "722F", "1F0002" + "6869", "12000B" + Convert.ToHexString("anonymous-1"u8),
        })
        {
            Assert.Contains(property, hex, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("exceeds the Receive Maximum", 0x93)]
    [InlineData("publishes at QoS 2", 0x9B)]
    [InlineData("wants to retain", 0x9A)]
    [InlineData("uses alias 4", 0x94)]
    [InlineData("uses an unknown alias", 0x94)]
    [InlineData("sends a packet too large", 0x95)]
    [InlineData("sends a second CONNECT", 0x82)]
    [InlineData("shares with No Local", 0x82)]
    public async Task Client_ThatBreaksALimit_IsDisconnectedWithTheReason(string what, int reason)
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            ReceiveMaximum = 1,
            MaximumQos = MqttQos.AtLeastOnce,
            IsRetainAvailable = false,
            TopicAliasMaximum = 3,
            MaxPacketBytes = 64,
        });
        broker.Faults.OnSent(MqttPacketType.PubAck).Always().Drop();
        var (peer, _) = await RawPeer5.ConnectAsync(broker, "c");
        using var connected = peer;

        await peer.SendAsync(what switch
        {
            "exceeds the Receive Maximum" =>
                [RawPeer5.Publish("a", "1", 1, 1), RawPeer5.Publish("a", "2", 1, 2)],
            "publishes at QoS 2" => [RawPeer5.Publish("a", "1", 2, 1)],
            "wants to retain" => [RawPeer5.Publish("a", "1", isRetained: true)],
            "uses alias 4" => [RawPeer5.Publish("a", "1", properties: "230004")],
            "uses an unknown alias" => [RawPeer5.Publish("", "1", properties: "230001")],
            "sends a packet too large" => [RawPeer5.Publish("a", new string('x', 80))],
            "sends a second CONNECT" => [RawPeer5.Connect("c")],
            _ => [RawPeer5.Subscribe(1, "$share/g/a", 0x04)],
        });

        var disconnect = await RawPeer5.ReadAsync(peer);
        Assert.Equal(MqttPacketType.Disconnect, disconnect.Type);
        Assert.Equal((MqttReasonCode)reason, disconnect.ReasonCode);
        Assert.NotNull(disconnect.ReasonString);
        Assert.Empty(await peer.ExpectEndAsync());
    }

    [Fact]
    public async Task ReceiveMaximum_OfTheClient_HoldsBackTheNext()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var (peer, _) = await RawPeer5.ConnectAsync(broker, "c", "210001");
        using var connected = peer;
        await peer.SendAsync(RawPeer5.Subscribe(1, "#", 1));
        await peer.ExpectAsync("900400010001");

        broker.Publish("a", "1"u8.ToArray(), MqttQos.AtLeastOnce);
        broker.Publish("a", "2"u8.ToArray(), MqttQos.AtLeastOnce);

        Assert.Equal(1, (await RawPeer5.ReadAsync(peer)).PacketIdentifier);
        Assert.Equal(1, broker.Sessions[0].QueuedCount);
        await peer.SendAsync("40020001");
        Assert.Equal(2, (await RawPeer5.ReadAsync(peer)).PacketIdentifier);
    }

    [Fact]
    public async Task MaximumPacketSize_OfTheClient_DropsWhatIsLarger()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var (peer, _) = await RawPeer5.ConnectAsync(broker, "c", "2700000014");
        using var connected = peer;
        await peer.SendAsync(RawPeer5.Subscribe(1, "#", 1));
        await peer.ExpectAsync("900400010001");

        broker.Publish("a", new byte[40], MqttQos.AtLeastOnce);
        broker.Publish("a", "2"u8.ToArray(), MqttQos.AtLeastOnce);

        Assert.Equal("2"u8.ToArray(), (await RawPeer5.ReadAsync(peer)).Payload.ToArray());
        Assert.Equal(1, broker.DroppedCount);
    }

    [Fact]
    public async Task Versions_Without5_AnswersAsAnOldServer()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            Versions = new HashSet<MqttProtocolVersion> { MqttProtocolVersion.V311 },
        });
        using var peer = await RawPeer.OpenAsync(broker);

        await peer.SendAsync(RawPeer5.Connect("c"));

        await peer.ExpectAsync("20020001");
    }

    [Fact]
    public async Task Start_OptionsOutOfRange_NamesThemAll()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { ReceiveMaximum = 0, TopicAliasMaximum = 70_000 }));

        Assert.Contains("ReceiveMaximum is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("TopicAliasMaximum is 70000", error.Message, StringComparison.Ordinal);
    }
}
