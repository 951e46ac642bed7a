using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>Statements that no test of a feature meets on its way.</summary>
public sealed class StatementTests
{
    [Fact]
    [Spec("3.1.1", "MQTT-1.5.3-3")]
    public async Task Topic_WithAByteOrderMark_KeepsItBothWays()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client);
        await recorder.NextAsync();

        await connection.SendAsync("30060004EFBBBF61");
        await client.PublishAsync("\uFEFFa", default);

        Assert.Equal("\uFEFFa= q0", await recorder.NextAsync());
        await connection.ExpectAsync("30060004EFBBBF61");
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.0-1", "MQTT-3.1.0-2", "MQTT-3.3.1-2", "MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-4.3.1-1")]
    public async Task Connection_FromConnectToDisconnect_HasEachOnceAtItsEnd()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        var packets = new List<string> { await connection.ReadAsync() };
        await connection.SendAsync("20020000");
        await connecting;

        await client.PublishAsync("x", default);
        var unanswered = client.PublishAsync("y", default, MqttQos.AtLeastOnce).AsTask();
        var disconnecting = client.DisconnectAsync();
        var late = client.PublishAsync("z", default).AsTask();
        while (await connection.ReadAsync() is { Length: > 0 } packet)
        {
            packets.Add(packet);
        }

        await disconnecting;
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => unanswered);
        _ = await Record.ExceptionAsync(() => late); // Before DISCONNECT or not at all.
        packets.Remove("300300017A");
        Assert.Equal(
            ["100D00044D5154540402000F000163", "3003000178", "32050001790001", "E000"], packets);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-6", "MQTT-3.1.3-2")]
    public async Task CleanSession_OfALaterConnection_KnowsNothingOfTheOneBefore()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new() { InitialDelay = TimeSpan.FromMilliseconds(1) } }, recorder);
        var connecting = client.ConnectAsync();
        await using var first = await peer.AcceptAsync();
        var firstConnect = await first.ReadAsync();
        await first.SendAsync("20020000 34050001610001");
        await connecting;
        await first.ExpectAsync("50020001");
        await first.DisposeAsync();
        await using var second = await peer.AcceptAsync();
        var secondConnect = await second.ReadAsync();

        await second.SendAsync("20020000 34050001620001");

        await second.ExpectAsync("50020001");
        Assert.Equal(firstConnect, secondConnect);
        Assert.Equal(
            ["connected False", "a= q2", "disconnected MqttConnectionLostException True", "connected False", "b= q2"],
            [
                await recorder.NextAsync(), await recorder.NextAsync(), await recorder.NextAsync(),
                await recorder.NextAsync(), await recorder.NextAsync(),
            ]);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-14")]
    [Spec("5.0", "MQTT-3.1.2-12")]
    public void Will_AtQos3_IsRefusedBeforeItIsSent()
    {
        var options = new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1"),
            Will = new MqttWill { Topic = "t", Qos = (MqttQos)3 },
        };

        Assert.Contains("Will.Qos", Assert.Single(options.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.3-3", "MQTT-3.1.3-7")]
    public async Task ClientId_NotGiven_IsDrawnAndNeverSentEmpty()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { ClientId = "", CleanSession = false });

        _ = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();

        var id = Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(client.ClientId));
        Assert.Equal(16, id.Length);
        await connection.ExpectAsync("101400044D5154540400000F0008" + id);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.8.3-3", "MQTT-3.8.3-4", "MQTT-3.10.3-2")]
    [Spec("5.0", "MQTT-3.3.1-4", "MQTT-3.8.3-2", "MQTT-3.10.3-2")]
    public async Task Request_ThatIsEmptyOrAsksForQos3_IsRefusedBeforeItIsSent()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await ConnectAsync(peer, client);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SubscribeAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync([new("a", (MqttQos)3)]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.UnsubscribeAsync([]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await client.PublishAsync("a", default, (MqttQos)3));

        await client.DisconnectAsync();
        await connection.ExpectAsync("E000", "");
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.5.0-2")]
    public async Task Messages_ThatNobodyWants_AreAcknowledged()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await ConnectAsync(peer, client);

        await connection.SendAsync("32050001610001 34050001610002");

        await connection.ExpectAsync("40020001", "50020002");
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.6.0-4")]
    public async Task PubRec_InAnyOrder_IsAnsweredInThatOrder()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await ConnectAsync(peer, client);
        var publishes = Enumerable.Range(0, 3)
            .Select(_ => client.PublishAsync("t", default, MqttQos.ExactlyOnce).AsTask()).ToArray();
        await connection.ExpectAsync("34050001740001", "34050001740002", "34050001740003");

        await connection.SendAsync("50020003 50020001 50020002");

        await connection.ExpectAsync("62020003", "62020001", "62020002");
        await connection.SendAsync("70020001 70020002 70020003");
        await Task.WhenAll(publishes).WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.1.0-1", "MQTT-4.1.0-2")]
    public async Task SessionState_UnderTraffic_IsKeptAsLongAsTheConnection()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client);
        await recorder.NextAsync();
        var oldest = client.PublishAsync("t", default, MqttQos.ExactlyOnce).AsTask();
        await connection.ExpectAsync("34050001740001");
        await connection.SendAsync("34050001610001");
        await connection.ExpectAsync("50020001");
        for (var i = 2; i < 500; i++)
        {
            await connection.SendAsync($"3205000162{i:X4}");
            await connection.ExpectAsync($"4002{i:X4}");
        }

        await connection.SendAsync("3C050001610001"); // Still waits for PUBREL: not given again.
        await connection.ExpectAsync("50020001");
        await connection.SendAsync("50020001"); // Still waits for PUBREC.
        await connection.ExpectAsync("62020001");
        await connection.SendAsync("70020001");
        await oldest.WaitAsync(ScriptedPeer.Deadline);

        Assert.Equal("a= q2", await recorder.NextAsync());
        for (var i = 2; i < 500; i++)
        {
            Assert.Equal("b= q1", await recorder.NextAsync());
        }

        Assert.False(recorder.HasEvent);
    }

    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;
        return connection;
    }
}
