using System.Collections.Concurrent;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Tests.Torture;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>SUBSCRIBE and UNSUBSCRIBE of one Topic Filter that cross: the last decision counts.</summary>
public sealed class StreamOrderTests
{
    [Fact]
    public async Task LastStreamEnding_CrossedByANewOne_NeverUnsubscribesTheNewOne()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        var stream = await connection.SubscribeAsync(client, "a", 1);
        var asked = new ConcurrentQueue<string>();
        var answering = AnswerAsync(connection, asked);
        for (var i = 0; i < 30; i++)
        {
            asked.Clear();
            var (leaving, coming) = Cross(client, stream);

            stream = await coming.WaitAsync(ScriptedPeer.Deadline);
            await leaving.WaitAsync(ScriptedPeer.Deadline);

            Assert.StartsWith("82", asked.Last(), StringComparison.Ordinal);
        }

        await client.DisconnectAsync();
        await answering;
    }

    [Fact]
    public async Task UnsubscribeWithoutAnswer_WhoseFilterIsGrantedAnew_IsNotSaidAgain()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        var old = await first.SubscribeAsync(client, "a", 1);
        var leaving = old.DisposeAsync().AsTask();
        await first.ExpectAsync("A2050002000161");
        await using var stream = await first.SubscribeAsync(client, "a", 3);

        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAckResumed);

        await second.SendAsync(StreamPeer.Publish('a', 1));
        await second.ExpectAsync("40020001"); // No UNSUBSCRIBE before.
        await leaving.WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal(1, stream.BufferedCount);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task Answers_InTheOtherOrder_LeaveTheLastDecisionInForce()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        var old = await first.SubscribeAsync(client, "a", 1);
        var leaving = old.DisposeAsync().AsTask();
        await first.ExpectAsync("A2050002000161");
        await using var stream = await first.SubscribeAsync(client, "a", 3); // SUBACK is here,
        await first.SendAsync("B0020002"); // UNSUBACK only now.
        await leaving.WaitAsync(ScriptedPeer.Deadline);

        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAck);

        await second.ExpectAsync("8206000400016101");
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task LateSubAck_OfWhatIsLeft_IsNotRenewed()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        using var stop = new CancellationTokenSource();
        var subscribing = client.SubscribeAsync("a", cancellationToken: stop.Token);
        await first.ExpectAsync("8206000100016101");
        await stop.CancelAsync();
        await first.ExpectAsync("A2050002000161");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing);
        await first.SendAsync("9003000101" + StreamPeer.Publish('x', 1));
        await first.ExpectAsync("40020001");

        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAck);

        await second.SendAsync(StreamPeer.Publish('x', 2));
        await second.ExpectAsync("40020002"); // No SUBSCRIBE before.
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task UnsubscribeOfAFilter_EndsTheStreamsOfBeforeAndNoneMadeSince()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client);
        await using var before = await first.SubscribeAsync(client, "a", 1);
        var unsubscribing = client.UnsubscribeAsync(["a"]);
        await first.ExpectAsync("A2050002000161");
        await using var since = await first.SubscribeAsync(client, "a", 3);
        await first.SendAsync("B0020002");
        await unsubscribing.WaitAsync(ScriptedPeer.Deadline);
        await using var messages = before.GetAsyncEnumerator();
        await messages.EndAsync();
        await first.SendAsync(StreamPeer.Publish('a', 1));
        await first.ExpectAsync("40020001");
        Assert.Equal(1, since.BufferedCount);

        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAck);

        await second.ExpectAsync("8206000400016101");
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task UnsubscribeRefused_LeavesTheStream()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 });
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        await using var stream = await connection.Subscribe5Async(client, "a", 1);
        var unsubscribing = client.UnsubscribeAsync(["a"]);
        await connection.ExpectAsync("A206000200000161");
        await connection.SendAsync("B00400020087");
        await Assert.ThrowsAsync<MqttRejectedException>(() => unsubscribing);

        await connection.SendAsync(StreamPeer.PublishPacket5("a", "31", "a"));

        await using var messages = stream.GetAsyncEnumerator();
        Assert.Equal("a", (await messages.NextAsync()).Topic);
        await client.DisconnectAsync();
    }

    /// <summary>Lets both wait for the gate, and then for each other.</summary>
    private static (Task Leaving, Task<MqttSubscription> Coming) Cross(MqttClient client, MqttSubscription stream)
    {
        var begun = 0;
        lock (Insides.StateOf(client).Gate)
        {
            var leaving = Task.Run(() =>
            {
                Interlocked.Increment(ref begun);
                return stream.DisposeAsync().AsTask();
            });
            var coming = Task.Run(() =>
            {
                Interlocked.Increment(ref begun);
                return client.SubscribeAsync("a");
            });
            SpinWait.SpinUntil(() => Volatile.Read(ref begun) == 2);
            return (leaving, coming);
        }
    }

    private static async Task AnswerAsync(PeerConnection connection, ConcurrentQueue<string> asked)
    {
        while (await connection.ReadAsync() is { Length: > 0 } packet && !packet.StartsWith('E'))
        {
            asked.Enqueue(packet);
            await connection.SendAsync(
                packet.StartsWith('8') ? $"9003{packet[4..8]}01" : $"B002{packet[4..8]}");
        }
    }

    private static MqttClientOptions Returning(ScriptedPeer peer) =>
        peer.Options with { CleanSession = false, Reconnect = new MqttReconnectOptions() };
}
