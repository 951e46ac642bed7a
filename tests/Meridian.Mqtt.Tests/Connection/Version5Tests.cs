using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>What MQTT 5.0 adds on one connection, byte by byte.</summary>
public sealed class Version5Tests
{
    [Fact]
    [Spec(
        "5.0",
        "MQTT-2.1.3-1", "MQTT-3.1.2-1", "MQTT-3.1.2-3", "MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.2-16",
        "MQTT-3.1.2-18", "MQTT-3.1.3-3")]
    public async Task Connect_WithPlainOptions_AsksForWhatTheClientCan()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));

        _ = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();

        // Maximum Packet Size 16 MiB, Topic Alias Maximum 16; Session Expiry 0 and Receive Maximum 65,535 are defaults.
        await connection.ExpectAsync("101600044D5154540502000F" + "08" + "2701000000" + "220010" + "000163");
    }

    [Fact]
    public async Task Connect_Accepted_TellsAllThatTheServerSaid()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Options(peer) with { ClientId = "", LetServerAssignClientId = true, CleanSession = false });

        var (result, connection) = await ConnectAsync(
            peer,
            client,
            "20 38  01 00  35  11 00000010  21 0005  24 01  25 00  27 00000400  12 0002 6964  22 0003  1F 0001 72"
            + "26 0001 6B 0001 76  28 00  29 00  2A 00  13 0009  1A 0001 69  1C 0001 73");
        await using var connected = connection;

        Assert.True(result.IsSessionPresent);
        Assert.Equal(MqttProtocolVersion.V50, result.Version);
        Assert.Equal("id", result.AssignedClientId);
        Assert.Equal("id", client.ClientId);
        Assert.Equal(TimeSpan.FromSeconds(16), result.SessionExpiry);
        Assert.Equal((5, 3, 1024L), (result.ReceiveMaximum, result.TopicAliasMaximum, result.MaximumPacketSize));
        Assert.Equal(MqttQos.AtLeastOnce, result.MaximumQos);
        Assert.False(result.IsRetainAvailable || result.IsWildcardSubscriptionAvailable
            || result.IsSharedSubscriptionAvailable || result.IsSubscriptionIdentifierAvailable);
        Assert.Equal(TimeSpan.FromSeconds(9), result.ServerKeepAlive);
        Assert.Equal(("i", "s", "r"), (result.ResponseInformation, result.ServerReference, result.ReasonString));
        Assert.Equal([new MqttUserProperty("k", "v")], result.UserProperties);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.2.2-11", "MQTT-3.2.2-14", "MQTT-3.2.2-15")]
    public async Task Limits_OfTheServer_AreRefusedHereAndNeverSent()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var (_, connection) = await ConnectAsync(
            peer, client, "20 10  00 00  0D  24 00  25 00  27 00000014  28 00  2A 00");
        await using var connected = connection;

        Assert.Equal(MqttReasonCode.QosNotSupported, await RejectedAsync(new() { Topic = "t", Qos = (MqttQos)1 }));
        Assert.Equal(MqttReasonCode.RetainNotSupported, await RejectedAsync(new() { Topic = "t", IsRetained = true }));
        Assert.Equal(MqttReasonCode.PacketTooLarge, await RejectedAsync(new() { Topic = "t", Payload = new byte[15] }));
        var wildcard = await Assert.ThrowsAsync<MqttRejectedException>(
            () => client.SubscribeAsync([new("a/#", MqttQos.AtMostOnce)]));
        var shared = await Assert.ThrowsAsync<MqttRejectedException>(
            () => client.SubscribeAsync([new("$share/g/a", MqttQos.AtMostOnce)]));

        Assert.Equal(MqttReasonCode.WildcardSubscriptionsNotSupported, wildcard.ReasonCode);
        Assert.Equal(MqttReasonCode.SharedSubscriptionsNotSupported, shared.ReasonCode);
        await client.PublishAsync("t", new byte[14]); // Fits to the byte.
        await connection.ExpectAsync("3012000174" + "00" + new string('0', 28));

        async Task<MqttReasonCode> RejectedAsync(MqttApplicationMessage message) =>
            (await Assert.ThrowsAsync<MqttRejectedException>(
                async () => await client.PublishAsync(message))).ReasonCode;
    }

    [Fact]
    [Spec("5.0", "MQTT-3.3.4-7", "MQTT-4.4.0-1", "MQTT-4.6.0-1", "MQTT-4.9.0-1", "MQTT-4.9.0-2")]
    public async Task ReceiveMaximum_OfTheServer_IsTheWindowAlsoInAResume()
    {
        await using var peer = new ScriptedPeer();
        var options = Options(peer) with { CleanSession = false, Reconnect = new(), UseTopicAliases = false };
        await using var client = new MqttClient(options, jitter: new NoDelay());
        var (_, first) = await ConnectAsync(peer, client, "20 06  00 00  03  21 0002");
        var publishes = Enumerable.Range(0, 3)
            .Select(_ => client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask()).ToArray();
        await first.ExpectAsync("3206000174000100", "3206000174000200");
        await first.DisposeAsync();

        await using var second = await peer.AcceptAsync();
        Assert.StartsWith("10", await second.ReadAsync(), StringComparison.Ordinal);
        await second.SendAsync("20 06  01 00  03  21 0001");

        await second.ExpectAsync("3A06000174000100");
        await second.SendAsync("40020001");
        await second.ExpectAsync("3A06000174000200");
        await second.SendAsync("40020002");
        await second.ExpectAsync("3206000174000300");
        await second.SendAsync("40020003");
        await Task.WhenAll(publishes).WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.1.2-20", "MQTT-3.1.2-21", "MQTT-3.2.2-21")]
    public async Task KeepAlive_OfTheServer_RulesThePings()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        await using var client = new MqttClient(Options(peer) with { KeepAlive = TimeSpan.FromHours(1) }, time: time);
        var (_, connection) = await ConnectAsync(peer, client, "20 06  00 00  03  13 0008");
        await using var connected = connection;

        time.Advance(TimeSpan.FromSeconds(6));

        await connection.ExpectAsync("C000");
    }

    [Fact]
    public async Task TopicAlias_Outgoing_StandsForTheTopicFromTheSecondTimeOn()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var (_, connection) = await ConnectAsync(peer, client, "20 06  00 00  03  22 0001");
        await using var connected = connection;

        await client.PublishAsync("plant", "1"u8.ToArray());
        await client.PublishAsync("plant", "2"u8.ToArray());
        var kept = client.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = "plant",
                Qos = MqttQos.AtLeastOnce,
                Properties = new MqttMessageProperties { ContentType = "c" },
            }).AsTask();

        await connection.ExpectAsync(
            "300C0005706C616E74" + "03230001" + "31",
            "30070000" + "03230001" + "32",
            "320C0000" + "0001" + "07230001" + "03000163");
        await connection.SendAsync("40020001");
        await kept.WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.2.2-18", "MQTT-3.3.2-7")]
    public async Task TopicAlias_AfterAReconnect_BeginsAnewWithTheFullTopic()
    {
        await using var peer = new ScriptedPeer();
        var options = Options(peer) with { CleanSession = false, Reconnect = new() };
        await using var client = new MqttClient(options, jitter: new NoDelay());
        var (_, first) = await ConnectAsync(peer, client, "20 06  00 00  03  22 0001");
        await client.PublishAsync("plant", default);
        var kept = client.PublishAsync("plant", "1"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();
        await first.ExpectAsync("300B0005706C616E7403230001", "320900000001" + "03230001" + "31");
        await first.DisposeAsync();

        await using var second = await peer.AcceptAsync();
        await second.ReadAsync();
        await second.SendAsync("20 03  01 00  00"); // This time it takes no aliases.

        await second.ExpectAsync("3A0B0005706C616E74000100" + "31");
        await second.SendAsync("40020001");
        await kept.WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.3.2-10")]
    public async Task TopicAlias_Incoming_IsResolved()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer), recorder);
        var (_, connection) = await ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;
        await recorder.NextAsync();

        await connection.SendAsync("30 08  0001 74  03 230010  31" + "30 07  0000  03 230010  32");

        Assert.Equal("t=1 q0", await recorder.NextAsync());
        Assert.Equal("t=2 q0", await recorder.NextAsync());
    }

    [Theory]
    [Spec("5.0", "MQTT-3.14.2-1", "MQTT-3.14.4-2", "MQTT-4.12.0-7", "MQTT-4.13.2-1")]
    [InlineData("30 06  0000  03 230010", MqttReasonCode.ProtocolError, "E00182")] // never said
    [InlineData("30 07  0001 74  03 230011", MqttReasonCode.TopicAliasInvalid, "E00194")] // above the maximum
    [InlineData("30 07  0001 74  03 230000", MqttReasonCode.TopicAliasInvalid, "E00194")]
    [InlineData("34 06  0001 74  0000  00", MqttReasonCode.ProtocolError, "E00182")] // Packet Identifier 0
    [InlineData("36 06  0001 74  0001  00", MqttReasonCode.MalformedPacket, "E00181")] // QoS 3
    [InlineData("30 FFFFFF7F", MqttReasonCode.PacketTooLarge, "E00195")]
    [InlineData("20 03 00 00 00", MqttReasonCode.ProtocolError, "E00182")] // a second CONNACK
    [InlineData("E0 07  00 05 11 00000001", MqttReasonCode.ProtocolError, "E00182")]
    [InlineData("F0 02  18 00", MqttReasonCode.ProtocolError, "E00182")] // nobody authenticates
    public async Task Fault_OfTheServer_IsAnsweredWithItsReasonAndTheEnd(
        string packet, MqttReasonCode expected, string farewell)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var (_, connection) = await ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;
        var waiting = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        await connection.ReadAsync();

        await connection.SendAsync(packet);
        await connection.ExpectAsync(farewell, "");
        await connection.DisposeAsync();

        var error = await Assert.ThrowsAsync<MqttProtocolException>(() => waiting);
        Assert.Equal(expected, error.ReasonCode);
    }

    [Theory]
    [InlineData("E0 06  8E 04 1F 0001 72", MqttReasonCode.SessionTakenOver, false)]
    [InlineData("E0 06  8B 04 1F 0001 72", MqttReasonCode.ServerShuttingDown, true)]
    public async Task Disconnect_OfTheServer_TellsWhyAndWhetherToReturn(
        string packet, MqttReasonCode expected, bool isTransient)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var (_, connection) = await ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;
        var waiting = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();

        await connection.ReadAsync();
        await connection.SendAsync(packet);

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(() => waiting);
        Assert.Equal((expected, "r", isTransient), (error.ReasonCode, error.ReasonString, error.IsTransient));
    }

    [Fact]
    [Spec("5.0", "MQTT-3.14.2-1", "MQTT-3.14.4-2")]
    public async Task Disconnect_WithMore_SaysIt()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer) with { SessionExpiry = TimeSpan.FromHours(1) });
        var (_, connection) = await ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;

        var ending = client.DisconnectAsync(
            new MqttDisconnectOptions { SendWill = true, SessionExpiry = TimeSpan.Zero, ReasonString = "r" });

        await connection.ExpectAsync("E00B" + "04" + "09" + "1100000000" + "1F000172", "");
        await connection.DisposeAsync();
        await ending;
    }

    [Fact]
    public async Task Disconnect_WithMoreThanTheProtocolAllows_IsRefused()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));

        await Assert.ThrowsAsync<ArgumentException>(() => client.DisconnectAsync(
            new MqttDisconnectOptions { SessionExpiry = TimeSpan.FromSeconds(1) })); // [MQTT-3.14.2-2]
    }

    [Fact]
    [Spec("5.0", "MQTT-4.3.3-4")]
    public async Task Publish_Answered_TellsTheReason()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var (_, connection) = await ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;
        var qos = new[] { MqttQos.AtLeastOnce, MqttQos.AtLeastOnce, MqttQos.ExactlyOnce, MqttQos.ExactlyOnce };
        var publishes = qos.Select(q => client.PublishAsync("t", default, q).AsTask()).ToArray();
        for (var i = 0; i < publishes.Length; i++)
        {
            await connection.ReadAsync();
        }

        await connection.SendAsync("40 03 0001 10" + "40 08 0002 97 04 1F 0001 72" + "50 03 0003 83" + "50 03 0004 10");
        await connection.ExpectAsync("62020004"); // Alone: PUBREC with a failure ends its flow.
        await connection.SendAsync("70020004");

        Assert.Equal(MqttReasonCode.NoMatchingSubscribers, (await publishes[0]).ReasonCode);
        var quota = await Assert.ThrowsAsync<MqttRejectedException>(() => publishes[1]);
        Assert.Equal((MqttReasonCode.QuotaExceeded, "r"), (quota.ReasonCode, quota.ReasonString));
        var exactly = await Assert.ThrowsAsync<MqttRejectedException>(() => publishes[2]);
        Assert.Equal(MqttReasonCode.ImplementationSpecificError, exactly.ReasonCode);
        Assert.Equal(MqttReasonCode.NoMatchingSubscribers, (await publishes[3]).ReasonCode);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.6.2-1")]
    public async Task PubRec_OfAnUnknownIdentifier_IsAnsweredWithNotFound()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var (_, connection) = await ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;

        await connection.SendAsync("50020009");

        await connection.ExpectAsync("6203000992");
    }

    [Fact]
    public async Task Expiry_WhileWaiting_IsTakenOffTheIntervalOrEndsTheMessage()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        await using var client = new MqttClient(
            Options(peer) with { MaxInFlight = 1, KeepAlive = TimeSpan.Zero }, time: time);
        var (_, connection) = await ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;
        var first = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        var longer = client.PublishAsync(Message(TimeSpan.FromSeconds(10))).AsTask();
        var shorter = client.PublishAsync(Message(TimeSpan.FromSeconds(2))).AsTask();
        await connection.ExpectAsync("3206000174000100");

        time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<MqttMessageExpiredException>(() => shorter.WaitAsync(ScriptedPeer.Deadline));
        await connection.SendAsync("40020001");

        await connection.ExpectAsync("320D00017400020701010200000007");
        await connection.SendAsync("40020002");
        await Task.WhenAll(first, longer).WaitAsync(ScriptedPeer.Deadline);

        static MqttApplicationMessage Message(TimeSpan expiry) => new()
        {
            Topic = "t",
            Qos = MqttQos.AtLeastOnce,
            Properties = new MqttMessageProperties { IsText = true, Expiry = expiry },
        };
    }

    [Fact]
    [Spec("5.0", "MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-1.5.7-1", "MQTT-3.3.2-14")]
    public async Task Properties_ThatDoNotFitTheWire_AreRefused()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        MqttMessageProperties[] wrong =
        [
            new() { Expiry = TimeSpan.FromSeconds(-1) },
            new() { ResponseTopic = "a/#" },
            new() { ContentType = "\0" },
            new() { ContentType = new string('x', 65_536) },
            new() { CorrelationData = new byte[65_536] },
            new() { UserProperties = [new("k", "\uD800")] },
        ];

        foreach (var properties in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await client.PublishAsync(
                new MqttApplicationMessage { Topic = "t", Properties = properties }));
        }
    }

    internal static MqttClientOptions Options(ScriptedPeer peer) =>
        peer.Options with { Version = MqttProtocolVersion.V50 };

    internal static async Task<(MqttConnectResult Result, PeerConnection Connection)> ConnectAsync(
        ScriptedPeer peer, MqttClient client, string connAck)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(connAck);
        return (await connecting.WaitAsync(ScriptedPeer.Deadline), connection);
    }
}
