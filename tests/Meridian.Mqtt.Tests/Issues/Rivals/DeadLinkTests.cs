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

    /// <summary>
    /// mqttjs/MQTT.js#1845 (two checks in a row), #1903 (timed out although PINGRESP had come), #1825, #383: an answer
    /// that is late, but within the bound, ends nothing and asks for no second ping.
    /// </summary>
    [Fact]
    public async Task Ping_AnsweredLateAgainAndAgain_IsNotRepeatedAndEndsNothing()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var time = new ManualTime();
        await using var client = new MqttClient(peer.Options, recorder, time: time);
        await using var connection = await ConnectAsync(peer, client);
        Assert.Equal("connected False", await recorder.NextAsync());
        time.Advance(TimeSpan.FromSeconds(11.25));

        for (var i = 0; i < 20; i++)
        {
            await connection.ExpectAsync("C000");
            time.Advance(TimeSpan.FromSeconds(7.5)); // The link would be dead at 20.6 s.
            await client.PublishAsync("x", default);
            await connection.ExpectAsync("3003000178"); // No second ping has left before it.
            await connection.SendAsync("D000 3003000161");
            Assert.Equal("a= q0", await recorder.NextAsync());
            time.Advance(TimeSpan.FromSeconds(11.25)); // Three quarters of a Keep Alive since the last byte.
        }

        Assert.True(client.IsConnected);
    }

    /// <summary>
    /// mqttjs/MQTT.js#1778: what watched over the lost connection goes on, takes the next one for dead, and so on for
    /// ever.
    /// </summary>
    [Fact]
    public async Task Watch_OverALostConnection_EndsWithIt()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var time = new ManualTime();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new() }, recorder, time: time, jitter: new NoDelay());
        await using (await ConnectAsync(peer, client))
        {
            Assert.Equal("connected False", await recorder.NextAsync());
            time.Advance(TimeSpan.FromSeconds(14));
        }

        Assert.StartsWith("disconnected", await recorder.NextAsync(), StringComparison.Ordinal);
        await using var next = await peer.AcceptAsync(isSessionPresent: false);
        Assert.Equal("connected False", await recorder.NextAsync());

        time.Advance(TimeSpan.FromSeconds(10)); // Dead by the clock of the first, which began 24 s ago.
        await client.PublishAsync("x", default);

        await next.ExpectAsync("3003000178"); // And no ping of the first has left before it.
        Assert.False(recorder.HasEvent);
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
