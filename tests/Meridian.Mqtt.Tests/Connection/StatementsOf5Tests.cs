using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>Statements of MQTT 5.0 that no test of a feature meets on its way.</summary>
public sealed class StatementsOf5Tests
{
    [Fact]
    [Spec(
        "5.0",
        "MQTT-1.5.4-3", "MQTT-3.1.0-1", "MQTT-3.1.0-2", "MQTT-3.3.1-2", "MQTT-3.3.4-6", "MQTT-3.14.1-1",
        "MQTT-3.14.2-1", "MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-4.2.0-1", "MQTT-4.3.1-1")]
    public async Task Connection_FromConnectToDisconnect_HasEachOnceAtItsEnd()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer), recorder);
        await using var connection = await ConnectAsync(peer, client, "2003000000");
        await recorder.NextAsync();

        await connection.SendAsync("30070004EFBBBF6100");
        await client.PublishAsync("\uFEFFa", default);
        var disconnecting = client.DisconnectAsync();

        await connection.ExpectAsync("30070004EFBBBF6100", "E000", "");
        await connection.DisposeAsync();
        await disconnecting;
        Assert.Equal("\uFEFFa= q0", await recorder.NextAsync());
    }

    [Fact]
    [Spec(
        "5.0",
        "MQTT-2.2.1-3", "MQTT-2.2.1-5", "MQTT-3.1.2-23", "MQTT-3.1.3-2", "MQTT-3.3.1-1", "MQTT-3.6.1-1",
        "MQTT-3.6.2-1", "MQTT-3.6.2-2", "MQTT-3.6.2-3", "MQTT-4.3.2-1", "MQTT-4.3.2-2", "MQTT-4.3.2-3",
        "MQTT-4.3.3-1", "MQTT-4.3.3-2", "MQTT-4.3.3-3", "MQTT-4.3.3-4", "MQTT-4.3.3-5", "MQTT-4.3.3-6",
        "MQTT-4.4.0-1", "MQTT-4.4.0-2", "MQTT-4.6.0-1", "MQTT-4.6.0-4")]
    public async Task SessionKept_AfterLoss_ResendsWhatHasNoAnswerInOrder()
    {
        await using var peer = new ScriptedPeer();
        var options = Options(peer) with { CleanSession = false, Reconnect = new() };
        await using var client = new MqttClient(options, jitter: new NoDelay());
        await using var first = await ConnectAsync(peer, client, "2003000000");
        var publishes = "21122".Select((qos, i) => client.PublishAsync(
            "t", new[] { (byte)('a' + i) }, (MqttQos)(qos - '0')).AsTask()).ToArray();
        await first.ExpectAsync(
            "340700017400010061", "320700017400020062", "320700017400030063", "340700017400040064",
            "340700017400050065");
        await first.SendAsync("50020005 50020001 4003000297");
        await first.ExpectAsync("62020005", "62020001");
        await Assert.ThrowsAsync<MqttRejectedException>(() => publishes[1]);

        await first.DisposeAsync();
        await using var second = await peer.AcceptAsync();
        Assert.EndsWith("000163", await second.ReadAsync(), StringComparison.Ordinal); // The same Client Identifier.
        await second.SendAsync("2003010000");

        var again = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            again.Add(await second.ReadAsync());
        }

        Assert.Equal(
            "3A0700017400030063 3C0700017400040064", string.Join(' ', again.Where(static one => one[0] is '3')));
        Assert.Equal(
            "62020001 62020005",
            string.Join(' ', again.Where(static one => one[0] is '6').Order(StringComparer.Ordinal)));
        await second.SendAsync("70020001 40020003 50020004 70020004 70020005");
        await Task.WhenAll([publishes[0], publishes[2], publishes[3], publishes[4]]).WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    [Spec(
        "5.0",
        "MQTT-2.2.1-5", "MQTT-3.3.4-1", "MQTT-3.4.2-1", "MQTT-3.4.2-2", "MQTT-3.4.2-3", "MQTT-3.5.2-1",
        "MQTT-3.5.2-2", "MQTT-3.5.2-3", "MQTT-3.7.2-1", "MQTT-3.7.2-2", "MQTT-3.7.2-3", "MQTT-4.3.2-4",
        "MQTT-4.3.2-5", "MQTT-4.3.3-8", "MQTT-4.3.3-10", "MQTT-4.3.3-11", "MQTT-4.3.3-12", "MQTT-4.3.3-13")]
    public async Task Received_AtEachQos_IsAnsweredBarelyAndGivenOnce()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer), recorder);
        await using var connection = await ConnectAsync(peer, client, "2003000000");
        await recorder.NextAsync();

        await connection.SendAsync("320700016100010033");
        await connection.ExpectAsync("40020001");
        await connection.SendAsync("3A0700016100010034");
        await connection.ExpectAsync("40020001");
        await connection.SendAsync("340700016200010035");
        await connection.ExpectAsync("50020001");
        await connection.SendAsync("3C0700016200010035");
        await connection.ExpectAsync("50020001");
        await connection.SendAsync("62020001");
        await connection.ExpectAsync("70020001");
        await connection.SendAsync("340C0001620001050200000000" + "36"); // Expired on its way: still completed.
        await connection.ExpectAsync("50020001");
        await connection.SendAsync("62020001");
        await connection.ExpectAsync("70020001");
        await connection.SendAsync("30050001630037");

        Assert.Equal("a=3 q1", await recorder.NextAsync());
        Assert.Equal("a=4 q1 dup", await recorder.NextAsync());
        Assert.Equal("b=5 q2", await recorder.NextAsync());
        Assert.Equal("b=6 q2", await recorder.NextAsync());
        Assert.Equal("c=7 q0", await recorder.NextAsync());
    }

    [Fact]
    [Spec("5.0", "MQTT-4.6.0-2", "MQTT-4.6.0-3")]
    public async Task Acknowledgements_ByTheApplication_LeaveInReceiveOrder()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            Options(peer) with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication }, recorder);
        await using var connection = await ConnectAsync(peer, client, "2003000000");
        await connection.SendAsync("3206000161000100 3406000161000200 3206000161000300 3406000161000400");
        var held = new List<MqttAcknowledgement>();
        for (var i = 0; i < 4; i++)
        {
            held.Add(await recorder.NextAcknowledgementAsync());
        }

        foreach (var one in Enumerable.Reverse(held))
        {
            client.Acknowledge(one);
        }

        await connection.ExpectAsync("40020001", "50020002", "40020003", "50020004");
    }

    [Fact]
    [Spec("5.0", "MQTT-4.5.0-2")]
    public async Task Messages_ThatNobodyWants_AreAcknowledged()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        await using var connection = await ConnectAsync(peer, client, "2003000000");

        await connection.SendAsync("3206000161000100 3406000161000200");

        await connection.ExpectAsync("40020001", "50020002");
    }

    [Fact]
    [Spec("5.0", "MQTT-3.3.4-8", "MQTT-4.9.0-3")]
    public async Task Quota_UsedUp_HoldsBackNothingButPublishAtQos1And2()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        await using var connection = await ConnectAsync(peer, client, "2006000003210001");
        var first = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        var second = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        await connection.ExpectAsync("3206000174000100");

        await connection.SendAsync("3206000161000700");
        await connection.ExpectAsync("40020007");
        var unsubscribing = client.UnsubscribeAsync(["a"]);
        Assert.StartsWith("A2", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync("40020001");
        Assert.StartsWith("32", await connection.ReadAsync(), StringComparison.Ordinal);

        await first.WaitAsync(ScriptedPeer.Deadline);
        Assert.False(second.IsCompleted || unsubscribing.IsCompleted);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.2.2-4")]
    public async Task SessionPresent_WhereNoneIsKnown_EndsTheConnection()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync("2003010000");

        await Assert.ThrowsAsync<MqttProtocolException>(() => connecting);
        while (await connection.ReadAsync() is { Length: > 0 } packet)
        {
            Assert.StartsWith("E0", packet, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("5.0", "MQTT-3.1.2-4", "MQTT-3.2.2-5")]
    public async Task Session_ThatTheServerLost_IsForgottenHereToo()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var options = Options(peer) with { CleanSession = false, Reconnect = new() };
        await using var client = new MqttClient(options, recorder, jitter: new NoDelay());
        await using var first = await ConnectAsync(peer, client, "2003000000");
        var lost = client.PublishAsync("t", default, MqttQos.ExactlyOnce).AsTask();
        await first.ExpectAsync("3406000174000100");
        await first.SendAsync("3406000161000100");
        await first.ExpectAsync("50020001");

        await first.DisposeAsync();
        await using var second = await peer.AcceptAsync();
        await second.ReadAsync();
        await second.SendAsync("2003000000 3406000162000100");

        await second.ExpectAsync("50020001");
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => lost);
        string[] heard = ["connected False", "a= q2", "disconnected MqttConnectionLostException True"];
        foreach (var expected in heard.Concat(["connected False", "b= q2"]))
        {
            Assert.Equal(expected, await recorder.NextAsync());
        }
    }

    [Theory]
    [Spec("5.0", "MQTT-3.6.1-1", "MQTT-3.14.1-1", "MQTT-3.15.1-1", "MQTT-4.13.2-1")]
    [InlineData("60 02 0001")]
    [InlineData("E1 00")]
    [InlineData("F1 00")]
    public async Task Flags_ThatAreReserved_AreAnsweredAndEndTheConnection(string packet)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        await using var connection = await ConnectAsync(peer, client, "2003000000");

        await connection.SendAsync(packet);

        await connection.ExpectAsync("E00181", "");
    }

    private static MqttClientOptions Options(ScriptedPeer peer) =>
        peer.Options with { Version = MqttProtocolVersion.V50 };

    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client, string connAck)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(connAck);
        await connecting.WaitAsync(ScriptedPeer.Deadline);
        return connection;
    }
}
