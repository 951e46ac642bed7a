using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>A session that began without Subscription Identifiers and goes on with them.</summary>
public sealed class MixedVersionTests
{
    [Fact]
    public async Task MessageWithoutIdentifier_BesideAReceiver_ReachesTheStream()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            peer.Options with { CleanSession = false, Version = MqttProtocolVersion.V50 }, recorder);
        await using var connection = await peer.ConnectAsync(client, "2003010000");
        Assert.Equal("connected True", await recorder.NextAsync());
        await using var stream = await connection.Subscribe5Async(client, "a", 1);
        await connection.SendAsync(StreamPeer.PublishPacket5("a", "31") + StreamPeer.PublishPacket5("b", "32"));

        await using var messages = stream.GetAsyncEnumerator();

        Assert.Equal("1"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        Assert.Equal("b=2 q0", await recorder.NextAsync());
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task MessageWithoutIdentifier_OfTheReceiversOwnFilter_IsTheReceivers()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 }, recorder);
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        Assert.Equal("connected False", await recorder.NextAsync());
        await using var stream = await connection.Subscribe5Async(client, "#", 1);
        await using var messages = stream.GetAsyncEnumerator();
        await ReceiveAsync("$share/g/+", "8210000200000A2473686172652F672F2B00", 2);
        await connection.SendAsync(StreamPeer.PublishPacket5("a", "31"));
        Assert.Equal("a=1 q0", await recorder.NextAsync());
        await ReceiveAsync("b/c", "82090003000003622F6300", 3);
        await connection.SendAsync(StreamPeer.PublishPacket5("b/c", "32") + StreamPeer.PublishPacket5("b/d", "33"));
        Assert.Equal("b/c=2 q0", await recorder.NextAsync());
        Assert.Equal("3"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        var unsubscribing = client.UnsubscribeAsync(["b/c"]);
        await connection.ExpectAsync("A2080004000003622F63");
        await connection.SendAsync("B00400040000");
        await unsubscribing;

        await connection.SendAsync(StreamPeer.PublishPacket5("b/c", "34"));

        Assert.Equal("4"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        Assert.False(recorder.HasEvent);
        await client.DisconnectAsync();

        async Task ReceiveAsync(string filter, string packet, int identifier)
        {
            var receiving = client.SubscribeAsync([new(filter, MqttQos.AtMostOnce)]);
            await connection.ExpectAsync(packet);
            await connection.SendAsync($"9004{identifier:X4}0000");
            await receiving;
        }
    }

    [Fact]
    public async Task SubscriptionMadeUnderAnOlderVersion_GetsItsIdentifierAndNothingRetained()
    {
        await using var peer = new ScriptedPeer();
        var options = peer.Options with
        {
            Version = MqttProtocolVersion.V50,
            AllowOlderVersion = true,
            CleanSession = false,
            Reconnect = new(),
        };
        await using var client = new MqttClient(options, new Recorder(), jitter: new NoDelay());
        await using var stream = client.DeclareSubscription("a");
        var connecting = client.ConnectAsync();
        await using (var silent = await peer.AcceptAsync())
        {
            await silent.ReadAsync(); // A proxy in the way, or a server that is just starting.
        }

        await using (var old = await peer.ReturnAsync(StreamPeer.ConnAck))
        {
            await connecting;
            await old.ExpectAsync("8206000100016101");
            await old.SendAsync("9003000101");
            await stream.WhenGrantedAsync().WaitAsync(ScriptedPeer.Deadline);
        }

        await using (var second = await peer.ReturnAsync("2003010000"))
        {
            await second.ExpectAsync(StreamPeer.SubscribePacket5("a", 2, "21"));
            await second.SendAsync("900400020001" + "32060001780009" + "00");
            await second.ExpectAsync("40020009");
        }

        await using var third = await peer.ReturnAsync("2003010000");
        await third.SendAsync("32060001780009" + "00");
        await third.ExpectAsync("40020009"); // Nothing is asked for any more.
        await client.DisconnectAsync();
    }
}
