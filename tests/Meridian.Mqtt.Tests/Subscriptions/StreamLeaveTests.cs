using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>How long the end of a stream takes.</summary>
public sealed class StreamLeaveTests
{
    [Fact]
    public async Task Dispose_ServerSilent_EndsAfterOneSecondAndForLaterStreamsAtOnce()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        await using var client = new MqttClient(peer.Options with { KeepAlive = TimeSpan.Zero }, time: time);
        await using var connection = await peer.ConnectAsync(client);
        var first = await connection.SubscribeAsync(client, "a", 1);
        var second = await connection.SubscribeAsync(client, "b", 2);

        var leaving = first.DisposeAsync().AsTask();
        await connection.ExpectAsync("A2050003000161");
        Assert.False(leaving.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await leaving.WaitAsync(ScriptedPeer.Deadline);
        var leavingToo = second.DisposeAsync().AsTask();
        await connection.ExpectAsync("A2050004000162"); // It was said all the same.
        await leavingToo.WaitAsync(ScriptedPeer.Deadline);
        Assert.True(client.IsConnected);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task Dispose_OnTheNextConnection_WaitsAgain()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var options = peer.Options with { KeepAlive = TimeSpan.Zero, CleanSession = false, Reconnect = new() };
        await using var client = new MqttClient(options, time: time, jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        var slow = await first.SubscribeAsync(client, "a", 1);
        var stream = await first.SubscribeAsync(client, "b", 2);
        var leaving = slow.DisposeAsync().AsTask();
        await first.ExpectAsync("A2050003000161");
        time.Advance(TimeSpan.FromSeconds(1));
        await leaving.WaitAsync(ScriptedPeer.Deadline);
        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAckResumed);
        await second.ExpectAsync("A2050004000161");

        leaving = stream.DisposeAsync().AsTask();
        await second.ExpectAsync("A2050005000162");

        Assert.False(leaving.IsCompleted);
        await second.SendAsync("B0020005");
        await leaving.WaitAsync(ScriptedPeer.Deadline);
        await client.DisconnectAsync();
    }
}
