using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Connection;

public sealed class ReceiveTests
{
    [Fact]
    [Spec("3.1.1", "MQTT-3.3.4-1", "MQTT-4.3.2-2", "MQTT-2.3.1-6")]
    public async Task Packets_GluedAndSplit_AreEachGivenOnce()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client, recorder);

        await connection.SendAsync("300400016131 32050001620007");
        Assert.Equal("a=1 q0", await recorder.NextAsync());
        Assert.Equal("b= q1", await recorder.NextAsync());
        await connection.ExpectAsync("40020007");
        for (var i = 0; i < 18; i += 2)
        {
            await connection.SendAsync("330700016300083132".Substring(i, 2));
        }

        Assert.Equal("c=12 q1 retained", await recorder.NextAsync());
        await connection.ExpectAsync("40020008");
    }

    [Fact]
    public async Task Connection_CutMidPacket_GivesNothingOfIt()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client, recorder);

        await connection.SendAsync("3010000161");
        await connection.DisposeAsync();

        Assert.Equal("disconnected MqttConnectionLostException False", await recorder.NextAsync());
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.3.1-4", "MQTT-4.8.0-1")]
    public async Task MalformedPacket_EndsTheConnectionWithItsStatement()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client, recorder);
        var publishing = client.PublishAsync("a", default, MqttQos.AtLeastOnce);
        await connection.ReadAsync();

        await connection.SendAsync("36020000");

        Assert.Equal("disconnected MqttProtocolException False", await recorder.NextAsync());
        var error = await Assert.ThrowsAsync<MqttProtocolException>(async () => await publishing);
        Assert.Equal("MQTT-3.3.1-4", error.Statement);
        await connection.ExpectAsync("");
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.6.0-2", "MQTT-4.6.0-3", "MQTT-2.3.1-6", "MQTT-4.3.3-2")]
    public async Task Acknowledgements_ByTheApplication_LeaveInReceiveOrder()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            peer.Options with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication }, recorder);
        await using var connection = await ConnectAsync(peer, client, recorder);
        await connection.SendAsync("32050001610001 34050001610002 32050001610003");
        var first = await recorder.NextAcknowledgementAsync();
        var second = await recorder.NextAcknowledgementAsync();
        var third = await recorder.NextAcknowledgementAsync();

        client.Acknowledge(third);
        client.Acknowledge(second);
        await client.PublishAsync("x", default); // Comes first: nothing may be acknowledged before the oldest.
        await connection.ExpectAsync("3003000178");
        client.Acknowledge(first);

        await connection.ExpectAsync("40020001", "50020002", "40020003");
        await connection.SendAsync("62020002");
        await connection.ExpectAsync("70020002");
        client.Acknowledge(first); // Again: nothing.
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("3003000178");
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-23")]
    public async Task ReceiveMaximum_Reached_PausesReadingAndResumesByItself()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var time = new ManualTime();
        var options = peer.Options with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication, ReceiveMaximum = 2 };
        await using var client = new MqttClient(options, recorder, time: time);
        await using var connection = await ConnectAsync(peer, client, recorder);

        await connection.SendAsync("32050001610001 32050001620002 32050001630003");
        Assert.Equal("a= q1", await recorder.NextAsync());
        Assert.Equal("b= q1", await recorder.NextAsync());
        var first = await recorder.NextAcknowledgementAsync();
        for (var i = 0; i < 12; i++)
        {
            // Twelve times Keep Alive: the clock of the dead link stands still, pings go on.
            time.Advance(TimeSpan.FromSeconds(15));
            await connection.ExpectAsync("C000");
        }

        Assert.False(recorder.HasEvent);
        client.Acknowledge(first);
        await connection.ExpectAsync("40020001");
        Assert.Equal("c= q1", await recorder.NextAsync());
        Assert.True(client.IsConnected);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.8.0-2")]
    public async Task Receiver_ThatThrows_EndsTheConnectionAndLeavesTheMessageUnacknowledged()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder { OnText = static _ => throw new InvalidOperationException("full") };
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client, recorder);

        await connection.SendAsync("32050001610001");

        Assert.Equal("a= q1", await recorder.NextAsync());
        Assert.Equal("disconnected MqttConnectionLostException False", await recorder.NextAsync());
        await connection.ExpectAsync("");
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-23")]
    public async Task Silence_AfterPing_EndsTheLinkWithinOneAndAHalfKeepAlives()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var time = new ManualTime();
        await using var client = new MqttClient(peer.Options, recorder, time: time);
        await using var connection = await ConnectAsync(peer, client, recorder);
        await connection.SendAsync("3003000161");
        await recorder.NextAsync();

        time.Advance(TimeSpan.FromSeconds(11.25));
        await connection.ExpectAsync("C000");
        for (var i = 0; i < 20; i++)
        {
            await client.PublishAsync("busy", default); // What this side sends proves nothing.
        }

        time.Advance(TimeSpan.FromSeconds(22.5 - 11.25));

        Assert.Equal("disconnected MqttTimeoutException False", await recorder.NextAsync());
    }

    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client, Recorder recorder)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;
        Assert.Equal("connected False", await recorder.NextAsync());
        return connection;
    }
}
