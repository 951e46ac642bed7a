using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>Streams over the ends of connections.</summary>
public sealed class StreamLifeTests
{
    [Fact]
    public async Task SessionLost_StreamIsRenewedAndGoesOn()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        await using var stream = await first.SubscribeAsync(client, "a", 1);
        await using var messages = stream.GetAsyncEnumerator();
        var waiting = messages.MoveNextAsync().AsTask();
        await first.DisposeAsync();

        await using var second = await peer.ReturnAsync(StreamPeer.ConnAck);
        await second.ExpectAsync("8206000200016101");
        await second.SendAsync("9003000201" + "300400016131");

        Assert.True(await waiting.WaitAsync(ScriptedPeer.Deadline));
        Assert.Equal("1"u8.ToArray(), messages.Current.Payload.ToArray());
    }

    [Fact]
    public async Task Renewal_Refused_EndsTheStreamBehindWhatIsBuffered()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        await using var stream = await first.SubscribeAsync(client, "a", 1);
        await first.SendAsync("32050001610001");
        await first.ExpectAsync("40020001");
        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAck);
        await second.ReadAsync();
        await second.SendAsync("9003000280");
        await using var messages = stream.GetAsyncEnumerator();

        await messages.NextAsync();

        var error = await Assert.ThrowsAsync<MqttRejectedException>(() => messages.NextAsync());
        Assert.Equal(MqttReasonCode.UnspecifiedError, error.ReasonCode);
    }

    [Fact]
    public async Task NoReconnect_EnumerationThrowsWhatEndedTheConnection()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        await using var stream = await connection.SubscribeAsync(client, "a", 1);
        await using var messages = stream.GetAsyncEnumerator();

        await connection.DisposeAsync();

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => messages.NextAsync());
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.SubscribeAsync("b"));
    }

    [Fact]
    public async Task Client_Disposed_EndsItsStreams()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        var stream = await connection.SubscribeAsync(client, "a", 1);
        await using var messages = stream.GetAsyncEnumerator();
        var waiting = messages.EndAsync();

        var disposing = client.DisposeAsync().AsTask();
        await connection.ExpectAsync("E000");
        await connection.DisposeAsync();
        await disposing.WaitAsync(ScriptedPeer.Deadline);

        await waiting;
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Stream_DisposedWhileAway_IsUnsubscribedFromTheSessionThatWasKept()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            Returning(peer) with { CleanSession = false }, recorder, jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        var stream = await first.SubscribeAsync(client, "a", 1);
        await first.DisposeAsync();
        Assert.Equal("connected False", await recorder.NextAsync());
        Assert.StartsWith("disconnected", await recorder.NextAsync(), StringComparison.Ordinal);
        await stream.DisposeAsync();

        await using var second = await peer.ReturnAsync(StreamPeer.ConnAckResumed);

        await second.ExpectAsync("A2050002000161");
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.3.3-2")]
    public async Task Qos2_HeldByAStreamOverALoss_IsGivenOnceAndAnsweredOnTheNewConnection()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { CleanSession = false }, jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        await using var stream = await first.SubscribeAsync(
            client, "a", 1, new MqttSubscriptionOptions { Capacity = 1 });
        await first.SendAsync("3406000161000131" + "3406000161000232");
        await first.ExpectAsync("50020001");
        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAckResumed);
        await second.SendAsync("62020001" + "3C06000161000232" + "3003000162");
        await second.ExpectAsync("70020001");
        await using var messages = stream.GetAsyncEnumerator();

        await messages.NextAsync();
        await second.ExpectAsync("50020002");
        await second.SendAsync("62020002" + "3406000161000233");

        Assert.Equal("2"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        await second.ExpectAsync("70020002", "50020002");
        Assert.Equal("3"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
    }

    private static MqttClientOptions Returning(ScriptedPeer peer) =>
        peer.Options with { Reconnect = new MqttReconnectOptions() };
}
