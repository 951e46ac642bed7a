using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>Streams on MQTT 3.1.1, which has no Subscription Identifiers.</summary>
public sealed class StreamTests
{
    private static readonly MqttSubscriptionOptions OneOnly = new() { Capacity = 1 };

    [Fact]
    public async Task Messages_GoToTheStreamsThatMatchAndElseToTheReceiver()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await peer.ConnectAsync(client);
        Assert.Equal("connected False", await recorder.NextAsync());
        await using var first = await connection.SubscribeAsync(client, "a", 1);
        await using var all = await connection.SubscribeAsync(client, "#", 2);
        await connection.SendAsync("300400016131" + "300400016232" + "30060003247379" + "78");

        await using var ofFirst = first.GetAsyncEnumerator();
        await using var ofAll = all.GetAsyncEnumerator();

        Assert.Equal("a", (await ofFirst.NextAsync()).Topic);
        Assert.Equal("1"u8.ToArray(), (await ofAll.NextAsync()).Payload.ToArray());
        Assert.Equal("2"u8.ToArray(), (await ofAll.NextAsync()).Payload.ToArray());
        Assert.Equal("$sy=x q0", await recorder.NextAsync());
        Assert.Equal(0, first.BufferedCount);
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.6.0-2")]
    public async Task FullStream_HoldsItsOwnAcknowledgementsAndNoOthers()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        await using var slow = await connection.SubscribeAsync(client, "a", 1, OneOnly);
        await using var quick = await connection.SubscribeAsync(client, "b", 2);

        await connection.SendAsync(
            StreamPeer.Publish('a', 1) + StreamPeer.Publish('a', 2) + StreamPeer.Publish('a', 3)
            + StreamPeer.Publish('b', 4));
        await connection.ExpectAsync("40020001", "40020004");
        var publishing = client.PublishAsync("x", default, MqttQos.AtLeastOnce).AsTask();
        await connection.ExpectAsync("32050001780003");
        await connection.SendAsync("40020003"); // The read loop does not wait.
        await publishing.WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal(3, slow.BufferedCount);

        await using var messages = slow.GetAsyncEnumerator();
        await messages.NextAsync();
        await connection.ExpectAsync("40020002");
        await messages.NextAsync();
        await connection.ExpectAsync("40020003");
        Assert.Equal(0, slow.DroppedCount);
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }

    [Fact]
    public async Task FullStream_ByApplication_LetsGoOfItsPlacesInTheLine()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication });
        await using var connection = await peer.ConnectAsync(client);
        await using var slow = await connection.SubscribeAsync(client, "a", 1, OneOnly);
        await using var quick = await connection.SubscribeAsync(client, "b", 2);
        await using var messages = quick.GetAsyncEnumerator();
        await connection.SendAsync(StreamPeer.Publish('a', 1) + StreamPeer.Publish('b', 2));
        (await messages.NextAsync()).Acknowledge(); // Waits behind the one of the slow stream.
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("3003000178");

        await connection.SendAsync(StreamPeer.Publish('a', 3));

        await connection.ExpectAsync("40020002");
        await using var slowly = slow.GetAsyncEnumerator();
        var first = await slowly.NextAsync();
        var second = await slowly.NextAsync();
        second.Acknowledge();
        await connection.ExpectAsync("40020003");
        first.Acknowledge();
        first.Acknowledge();
        await connection.ExpectAsync("40020001");
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }

    [Fact]
    public async Task FullStream_ThatDrops_CountsWhatItDropped()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        await using var oldest = await connection.SubscribeAsync(
            client, "a", 1, new MqttSubscriptionOptions { MaxBytes = 2, WhenFull = MqttWhenFull.DropOldest });
        await using var newest = await connection.SubscribeAsync(client, "b", 2, OneOnly);
        await connection.SendAsync("300400016131" + "300400016132" + "300400016133" + "30060001613435" + "36");
        await connection.SendAsync("300400016231" + "300400016232" + StreamPeer.Publish('b', 9));
        await using var ofOldest = oldest.GetAsyncEnumerator();
        await using var ofNewest = newest.GetAsyncEnumerator();
        Assert.Equal("1"u8.ToArray(), (await ofNewest.NextAsync()).Payload.ToArray());
        await connection.ExpectAsync("40020009"); // It was held until now.

        Assert.Equal("456"u8.ToArray(), (await ofOldest.NextAsync()).Payload.ToArray()); // Larger than all: alone.
        Assert.Equal(3, oldest.DroppedCount);
        Assert.Equal(1, newest.DroppedCount); // At QoS 0 the one that finds no room.
        Assert.Equal(MqttQos.AtLeastOnce, (await ofNewest.NextAsync()).Qos);
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }

    [Fact]
    public async Task Dispose_Unsubscribes_WhenItIsTheLastOfItsFilter()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        var one = await connection.SubscribeAsync(client, "a", 1);
        var other = await connection.SubscribeAsync(client, "a", 2);
        await using var messages = other.GetAsyncEnumerator();
        await connection.SendAsync(StreamPeer.Publish('a', 1));
        await connection.ExpectAsync("40020001");
        await messages.NextAsync();

        await one.DisposeAsync();
        var leaving = other.DisposeAsync().AsTask();
        await connection.ExpectAsync("A2050003000161");
        await connection.SendAsync("B0020003");
        await leaving.WaitAsync(ScriptedPeer.Deadline);

        await messages.EndAsync();
        await connection.SendAsync(StreamPeer.Publish('a', 2)); // Was on its way.
        await connection.ExpectAsync("40020002");
    }

    [Fact]
    public async Task Loop_OverAStream_MayCallTheClientInEveryWay()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        await using var stream = await connection.SubscribeAsync(client, "a", 1);
        await connection.SendAsync("3003000161" + "3003000161");
        var consuming = ConsumeAsync();

        await connection.ExpectAsync("32050001780002");
        await connection.SendAsync("40020002");
        await connection.ExpectAsync("82060003000162" + "01");
        await connection.SendAsync("9003000301");
        await connection.ExpectAsync("A2050004000162");
        await connection.SendAsync("B0020004");
        await connection.ExpectAsync("E000");
        await connection.DisposeAsync();
        await consuming.WaitAsync(ScriptedPeer.Deadline);

        async Task ConsumeAsync()
        {
            var count = 0;
            await foreach (var message in stream)
            {
                if (++count == 2)
                {
                    await client.DisconnectAsync();
                    continue; // The enumeration ends.
                }

                await client.PublishAsync("x", message.Payload, MqttQos.AtLeastOnce);
                await using var another = await client.SubscribeAsync("b");
            }

            Assert.Equal(2, count);
        }
    }

    [Fact]
    public async Task Subscription_Refused_IsATypedError()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);

        var subscribing = client.SubscribeAsync("a");
        await connection.ExpectAsync("8206000100016101");
        await connection.SendAsync("9003000180");

        var error = await Assert.ThrowsAsync<MqttRejectedException>(() => subscribing);
        Assert.Equal(MqttReasonCode.UnspecifiedError, error.ReasonCode);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync("a/#/b"));
        await Assert.ThrowsAsync<ArgumentException>(
            () => client.SubscribeAsync("a", options: new MqttSubscriptionOptions { Capacity = 0 }));
    }

    [Fact]
    public async Task Subscription_Cancelled_IsGivenUpAtTheServerToo()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        using var stop = new CancellationTokenSource();
        var subscribing = client.SubscribeAsync("a", cancellationToken: stop.Token);
        await connection.ExpectAsync("8206000100016101");

        await stop.CancelAsync();

        await connection.ExpectAsync("A2050002000161");
        await connection.SendAsync("9003000101" + "B0020002");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing);
    }

    [Fact]
    public async Task Unsubscribe_OfItsFilter_EndsTheStream()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        await using var stream = await connection.SubscribeAsync(client, "a", 1);
        await using var messages = stream.GetAsyncEnumerator();

        var unsubscribing = client.UnsubscribeAsync(["a"]);
        await connection.ExpectAsync("A2050002000161");
        await connection.SendAsync("B0020002");
        await unsubscribing;

        await messages.EndAsync();
    }

    [Fact]
    public async Task HeldBytes_AtTheirBound_PauseReadingUntilThereIsRoom()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { MaxHeldBytes = 1 });
        await using var connection = await peer.ConnectAsync(client);
        await using var slow = await connection.SubscribeAsync(client, "a", 1, OneOnly);
        await using var messages = slow.GetAsyncEnumerator();

        await connection.SendAsync("3206000161000131" + "3206000161000232" + StreamPeer.Publish('b', 3));
        await connection.ExpectAsync("40020001");
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("3003000178"); // No PUBACK 3 before.
        await messages.NextAsync();

        await connection.ExpectAsync("40020002", "40020003");
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }
}
