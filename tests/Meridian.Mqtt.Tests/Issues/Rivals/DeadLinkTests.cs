using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>Links that died, or were taken for dead, in other clients.</summary>
public sealed class DeadLinkTests
{
    /// <summary>
    /// dotnet/MQTTnet#2248 ("connected" for 17 hours, the timeout of the ping swallowed), #2244 and #1312 (each QoS 0
    /// publication resets the idle clock, so no ping is ever sent), #2130, #1513.
    /// </summary>
    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-23")]
    public async Task DeadLink_UnderPublishOnlyTraffic_IsEndedWithinOneAndAHalfKeepAlives()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var time = new ManualTime();
        await using var client = new MqttClient(peer.Options, recorder, time: time);
        await using var connection = await ConnectAsync(peer, client);
        Assert.Equal("connected False", await recorder.NextAsync());

        var hasPing = false;
        for (var second = 1; second <= 20; second++)
        {
            await client.PublishAsync("busy", default);
            for (var packet = ""; packet is not "3006000462757379"; hasPing |= packet is "C000")
            {
                packet = await connection.ReadAsync();
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.True(hasPing);
        Assert.Equal("disconnected MqttTimeoutException False", await recorder.NextAsync());
        Assert.False(client.IsConnected);
        await Assert.ThrowsAsync<MqttTimeoutException>(async () => await client.PublishAsync("busy", default));
    }

    /// <summary>The same with a socket that takes nothing any more: dotnet/MQTTnet#1626, #1480.</summary>
    [Fact]
    public async Task DeadLink_WithAFullSendBuffer_IsEndedAndItsPublishersHear()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        await using var client = new MqttClient(peer.Options with { MaxOutboundBytes = 1_024 }, time: time);
        await using var connection = await ConnectAsync(peer, client);
        await client.PublishAsync("up", default);
        await connection.ExpectAsync("300400027570");
        var payload = new byte[1 << 20];
        var publishing = Enumerable.Range(0, 32).Select(_ => client.PublishAsync("t", payload).AsTask()).ToArray();
        Assert.False(publishing[^1].IsCompleted); // Nobody reads.

        time.Advance(TimeSpan.FromSeconds(22.5));

        await Assert.ThrowsAsync<MqttTimeoutException>(() => publishing[^1].WaitAsync(ScriptedPeer.Deadline));
        await Task.WhenAll(publishing).ContinueWith(
            static _ => { }, TaskScheduler.Default).WaitAsync(ScriptedPeer.Deadline);
        Assert.All(publishing, static one => Assert.True(one.IsCompleted));
    }

    /// <summary>
    /// dotnet/MQTTnet#829, #825, #187: a slow handler stops the pings, and the server ends the connection.
    /// </summary>
    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-23")]
    public async Task Handler_ThatIsSlow_StopsNoPingAndIsNoDeadLink()
    {
        await using var peer = new ScriptedPeer();
        using var isDone = new ManualResetEventSlim();
        var recorder = new Recorder { OnText = _ => isDone.Wait(ScriptedPeer.Deadline) };
        var time = new ManualTime();
        await using var client = new MqttClient(peer.Options, recorder, time: time);
        await using var connection = await ConnectAsync(peer, client);
        Assert.Equal("connected False", await recorder.NextAsync());
        await connection.SendAsync("3003000161");
        Assert.Equal("a= q0", await recorder.NextAsync());

        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await connection.ExpectAsync("C000");
        }

        Assert.True(client.IsConnected);
        isDone.Set();
        await connection.SendAsync("3003000162");
        Assert.Equal("b= q0", await recorder.NextAsync());
    }

    /// <summary>
    /// Seen in MQTTnet's source: with its own Keep Alive of 0 and one of the server's it pings every 250 ms.
    /// </summary>
    [Theory]
    [InlineData("20 03  00 00  00", 30)]
    [InlineData("20 06  00 00  03  13 0008", 6)]
    [Spec("5.0", "MQTT-3.2.2-21")]
    public async Task KeepAlive_OfZero_PingsAsTheServerSaysOrEach30Seconds(string connAck, int seconds)
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var options = peer.Options with { Version = MqttProtocolVersion.V50, KeepAlive = TimeSpan.Zero };
        await using var client = new MqttClient(options, time: time);
        await using var connection = await ConnectAsync(peer, client, connAck);

        await ExpectNoPingAsync();
        time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await ExpectNoPingAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await connection.ExpectAsync("C000");
        await ExpectNoPingAsync();

        async Task ExpectNoPingAsync()
        {
            await client.PublishAsync("x", default);
            await connection.ExpectAsync("3004000178" + "00"); // Nothing has left before it.
        }
    }

    private static async Task<PeerConnection> ConnectAsync(
        ScriptedPeer peer, MqttClient client, string connAck = "20020000")
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(connAck);
        await connecting;
        return connection;
    }
}
