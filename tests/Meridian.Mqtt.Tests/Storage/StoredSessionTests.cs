using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>A client with a session store, against a peer that does only what the test says.</summary>
public sealed class StoredSessionTests
{
    [Fact]
    public async Task Enqueue_WithoutConnection_IsSentInOrderAfterConnect()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer, new MemorySessionStore()));
        await client.EnqueueAsync("t", "a"u8.ToArray());
        var published = client.PublishAsync("t", "b"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();
        await client.EnqueueAsync("t", "c"u8.ToArray(), MqttQos.ExactlyOnce);
        Assert.Equal(3, client.Queue.Waiting);

        await using var connection = await ConnectAsync(peer, client, isSessionPresent: false);

        await connection.ExpectAsync("3206000174000161", "3206000174000262", "3406000174000363");
        await connection.SendAsync("40020001 40020002");
        await published.WaitAsync(ScriptedPeer.Deadline);
        await connection.SendAsync("50020003");
        await connection.ExpectAsync("62020003");
    }

    [Fact]
    public async Task NextClient_OnTheSameStore_ResumesWhatWasUnderWay()
    {
        await using var peer = new ScriptedPeer();
        var store = new MemorySessionStore();
        await using var client = new MqttClient(Options(peer, store));
        await using (var first = await ConnectAsync(peer, client, isSessionPresent: false))
        {
            foreach (var (text, qos) in new[] { ("a", 2), ("b", 1), ("c", 2), ("d", 1) })
            {
                await client.EnqueueAsync("t", System.Text.Encoding.UTF8.GetBytes(text), (MqttQos)qos);
            }

            var awaited = client.PublishAsync("t", "e"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();
            await first.ExpectAsync(
                "3406000174000161", "3206000174000262", "3406000174000363", "3206000174000464", "3206000174000565");
            await first.SendAsync("50020001 40020002");
            await first.ExpectAsync("62020001");
            await client.DisposeAsync();
            await Assert.ThrowsAsync<MqttStoredForLaterException>(() => awaited);
        }

        await using var next = new MqttClient(Options(peer, store));
        await using var second = await ConnectAsync(peer, next, isSessionPresent: true);

        await second.ExpectAsync("62020001", "3C06000174000363", "3A06000174000464", "3A06000174000565");
        await second.SendAsync("70020001 50020003 70020003 40020004 40020005");
        await second.ExpectAsync("62020003");
        await next.PublishAsync("t", default, MqttQos.AtMostOnce); // All answers are in when this is through.
        Assert.Equal(0, next.Queue.Waiting);
    }

    [Fact]
    public async Task Publish_AtQos2_LeavesOnlyWhenItsIdentifierIsDurable()
    {
        await using var peer = new ScriptedPeer();
        var store = new GatedStore();
        await using var client = new MqttClient(Options(peer, store));
        await using var connection = await ConnectAsync(peer, client, isSessionPresent: false);
        await client.PublishAsync("q", default); // The first bytes of a connection flush what may be left; now none is.
        await connection.ExpectAsync("3003000171");
        store.Flushing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await client.EnqueueAsync("t", "a"u8.ToArray(), MqttQos.ExactlyOnce);
        var reading = connection.ReadAsync();
        await client.PublishAsync("q", default);
        Assert.False(reading.IsCompleted);
        store.Flushing.SetResult();

        Assert.Equal("3406000174000161", await reading);
        store.Flushing = null;
    }

    [Fact]
    public async Task Message_ThatCannotBeStored_FailsItsPublishAlone()
    {
        await using var peer = new ScriptedPeer();
        var store = new GatedStore { RefusesAdds = true };
        await using var client = new MqttClient(Options(peer, store));
        await using var connection = await ConnectAsync(peer, client, isSessionPresent: false);
        await Assert.ThrowsAsync<MqttStoreException>(
            async () => await client.PublishAsync("t", "a"u8.ToArray(), MqttQos.AtLeastOnce));
        await Assert.ThrowsAsync<MqttStoreException>(() => client.EnqueueAsync("t", "b"u8.ToArray()));
        store.RefusesAdds = false;

        await client.EnqueueAsync("t", "c"u8.ToArray());

        await connection.ExpectAsync("3206000174000163");
    }

    [Fact]
    public async Task ReceivedQos2_BeforeARestart_IsNotDeliveredAgain()
    {
        await using var peer = new ScriptedPeer();
        var store = new MemorySessionStore();
        var heard = new Recorder();
        await using var client = new MqttClient(Options(peer, store), heard);
        await using (var first = await ConnectAsync(peer, client, isSessionPresent: true))
        {
            await first.SendAsync("3406000174000761");
            await first.ExpectAsync("50020007");
            await client.DisposeAsync();
        }

        var recorder = new Recorder();
        await using var next = new MqttClient(Options(peer, store), recorder);
        await using var second = await ConnectAsync(peer, next, isSessionPresent: true);
        await second.SendAsync("3C06000174000761");
        await second.ExpectAsync("50020007");
        await second.SendAsync("62020007");
        await second.ExpectAsync("70020007");
        await second.SendAsync("3406000174000762");
        await second.ExpectAsync("50020007");

        Assert.Equal("connected True", await recorder.NextAsync());
        Assert.Equal("t=b q2", await recorder.NextAsync());
    }

    [Fact]
    public async Task SessionLost_WithAStoredQos2UnderWay_TellsItAndForgetsItThen()
    {
        await using var peer = new ScriptedPeer();
        var store = new MemorySessionStore();
        await using var client = new MqttClient(Options(peer, store));
        await using (var first = await ConnectAsync(peer, client, isSessionPresent: false))
        {
            await client.EnqueueAsync("t", "a"u8.ToArray(), MqttQos.ExactlyOnce);
            await client.EnqueueAsync("t", "b"u8.ToArray());
            await first.ExpectAsync("3406000174000161", "3206000174000262");
            await client.DisposeAsync();
        }

        var recorder = new Recorder();
        await using var next = new MqttClient(Options(peer, store), recorder);
        await using var second = await ConnectAsync(peer, next, isSessionPresent: false);

        await second.ExpectAsync("3206000174000262");
        var events = new[] { await recorder.NextAsync(), await recorder.NextAsync() };
        Assert.Contains("undelivered a MqttConnectionLostException", events, StringComparer.Ordinal);
        Assert.Equal(1, next.Queue.Undelivered);
        await next.DisposeAsync();
        var left = await store.OpenAsync("c");
        Assert.Equal(1, left.Publications.Count(static p => p.Message.Payload.Span.SequenceEqual("b"u8)));
    }

    [Fact]
    public async Task FullQueue_ThatRefuses_SaysSoAtOnce()
    {
        await using var peer = new ScriptedPeer();
        var options = Options(peer, new MemorySessionStore()) with
        {
            Queue = new MqttQueueOptions { MaxMessages = 2, WhenFull = MqttQueueFullPolicy.Refuse },
        };
        await using var client = new MqttClient(options);
        await client.EnqueueAsync("t", "a"u8.ToArray());
        await client.EnqueueAsync("t", "b"u8.ToArray());

        await Assert.ThrowsAsync<MqttQueueFullException>(() => client.EnqueueAsync("t", "c"u8.ToArray()));
        await Assert.ThrowsAsync<MqttQueueFullException>(
            async () => await client.PublishAsync("t", "d"u8.ToArray(), MqttQos.AtLeastOnce));

        Assert.Equal((2, 2L), (client.Queue.Waiting, client.Queue.Refused));
    }

    [Fact]
    public async Task FullQueue_ThatDropsTheOldest_TellsItsCaller()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var options = Options(peer, new MemorySessionStore()) with
        {
            Queue = new MqttQueueOptions { MaxMessages = 2, WhenFull = MqttQueueFullPolicy.DropOldest },
        };
        await using var client = new MqttClient(options, recorder);
        await client.EnqueueAsync("t", "a"u8.ToArray());
        var awaited = client.PublishAsync("t", "b"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();
        await client.EnqueueAsync("t", "c"u8.ToArray());
        await client.EnqueueAsync("t", "d"u8.ToArray());

        await Assert.ThrowsAsync<MqttMessageDroppedException>(() => awaited);

        Assert.Equal("undelivered a MqttMessageDroppedException", await recorder.NextAsync());
        Assert.Equal((2, 2L), (client.Queue.Waiting, client.Queue.Dropped));
        await using var connection = await ConnectAsync(peer, client, isSessionPresent: false);
        await connection.ExpectAsync("3206000174000163", "3206000174000264");
    }

    [Fact]
    public async Task FullQueue_ThatWaits_TakesTheNextWhenThereIsRoom()
    {
        await using var peer = new ScriptedPeer();
        var options = Options(peer, new MemorySessionStore()) with { Queue = new MqttQueueOptions { MaxMessages = 2 } };
        await using var client = new MqttClient(options);
        await client.EnqueueAsync("t", "a"u8.ToArray());
        await client.EnqueueAsync("t", "b"u8.ToArray());
        var third = client.EnqueueAsync("t", "c"u8.ToArray());
        Assert.False(third.IsCompleted);

        await using var connection = await ConnectAsync(peer, client, isSessionPresent: false);

        await third.WaitAsync(ScriptedPeer.Deadline);
        await connection.ExpectAsync("3206000174000161", "3206000174000262", "3206000174000363");
    }

    [Fact]
    public async Task FullQueue_WithoutAStore_ObeysItsPolicyToo()
    {
        await using var peer = new ScriptedPeer();
        var options = peer.Options with
        {
            MaxInFlight = 1,
            Queue = new MqttQueueOptions { MaxMessages = 1, WhenFull = MqttQueueFullPolicy.Refuse },
        };
        await using var client = new MqttClient(options);
        await using var connection = await ConnectAsync(peer, client, isSessionPresent: false);
        var sent = client.PublishAsync("t", "a"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();
        var waiting = client.PublishAsync("t", "b"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();

        await Assert.ThrowsAsync<MqttQueueFullException>(
            async () => await client.PublishAsync("t", "c"u8.ToArray(), MqttQos.AtLeastOnce));

        await connection.ExpectAsync("3206000174000161");
        await connection.SendAsync("40020001");
        await connection.ExpectAsync("3206000174000262");
        await connection.SendAsync("40020002");
        await Task.WhenAll(sent, waiting).WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    public void Options_WithAStoreAndNoClientId_AreRefused()
    {
        var options = new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1"),
            SessionStore = new MemorySessionStore(),
            OnConnectionLost = MqttInFlightPolicy.Fail,
            Queue = new MqttQueueOptions { MaxMessages = 0, MaxBytes = 0 },
        };

        Assert.Equal(4, options.Validate().Count);
    }

    private static MqttClientOptions Options(ScriptedPeer peer, IMqttSessionStore store) =>
        peer.Options with { CleanSession = false, SessionStore = store };

    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client, bool isSessionPresent)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync(isSessionPresent);
        await connecting.WaitAsync(ScriptedPeer.Deadline);
        return connection;
    }
}
