using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>A Topic Filter is the receiver's or of streams: the server knows it once.</summary>
public sealed class FilterOwnerTests
{
    [Fact]
    public async Task Receiver_SubscribingToAStreamsFilter_IsRefusedAndTheStreamGoesOn()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50 }, new Recorder());
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        await using var stream = await connection.Subscribe5Async(client, "a", 1);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.SubscribeAsync([new("b", MqttQos.AtMostOnce), new("a", MqttQos.AtMostOnce)]));

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("300400017800"); // Nothing of it was sent.
        await using var messages = stream.GetAsyncEnumerator();
        await connection.SendAsync(StreamPeer.PublishPacket5("a", "31", "a"));
        Assert.Equal("a", (await messages.NextAsync()).Topic);
        await client.DisconnectAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_OfTheReceiversFilter_IsRefused(bool isGranted)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options, new Recorder());
        await using var connection = await peer.ConnectAsync(client);
        var receiving = client.SubscribeAsync([new("a", MqttQos.AtMostOnce)]);
        await connection.ExpectAsync("8206000100016100");
        if (isGranted)
        {
            await connection.SendAsync("9003000100");
            await receiving;
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SubscribeAsync("a"));
        Assert.Throws<InvalidOperationException>(() => { _ = client.DeclareSubscription("a"); });

        await client.DisconnectAsync();
        await connection.ExpectAsync("E000");
    }

    [Fact]
    public async Task Filter_ThatItsOwnerHasLeft_IsTheOthers()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await peer.ConnectAsync(client);
        Assert.Equal("connected False", await recorder.NextAsync());
        var stream = await connection.SubscribeAsync(client, "a", 1);
        var leaving = stream.DisposeAsync().AsTask();
        var receiving = client.SubscribeAsync([new("a", MqttQos.AtLeastOnce)]);
        await connection.ExpectAsync("A2050002000161", "8206000300016101");
        await connection.SendAsync("B0020002" + "9003000301" + StreamPeer.Publish('a', 1));
        await connection.ExpectAsync("40020001");
        Assert.Equal("a= q1", await recorder.NextAsync());
        await leaving.WaitAsync(ScriptedPeer.Deadline);
        await receiving.WaitAsync(ScriptedPeer.Deadline);
        var unsubscribing = client.UnsubscribeAsync(["a"]);
        await connection.ExpectAsync("A2050004000161");
        await connection.SendAsync("B0020004");
        await unsubscribing;

        await using var again = await connection.SubscribeAsync(client, "a", 5);

        await connection.SendAsync(StreamPeer.Publish('a', 2));
        await connection.ExpectAsync("40020002");
        Assert.Equal(1, again.BufferedCount);
        Assert.False(recorder.HasEvent);
        await client.DisconnectAsync();
    }

    [Theory]
    [InlineData("80")]
    [InlineData("")] // The connection ends before the answer.
    public async Task Filter_ThatTheReceiverWasNotGranted_IsFree(string code)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new() }, new Recorder(), jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        var receiving = client.SubscribeAsync([new("a", MqttQos.AtMostOnce)]);
        await connection.ExpectAsync("8206000100016100");
        if (code.Length > 0)
        {
            await connection.SendAsync("90030001" + code);
            Assert.False((await receiving)[0].IsGranted);
        }
        else
        {
            connection = await line.LoseAsync(StreamPeer.ConnAck);
            await Assert.ThrowsAsync<MqttConnectionLostException>(() => receiving);
        }

        await using var stream = client.DeclareSubscription("a");

        await connection.ExpectAsync("8206000200016101");
        await client.DisconnectAsync();
    }
}
