using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>What a later connection is asked for, and what not.</summary>
public sealed class RenewalTests
{
    [Fact]
    public async Task SubscribeWithoutAnswer_IsGivenUpInTheSessionThatIsKept()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        var subscribing = client.SubscribeAsync("a");
        await connection.ExpectAsync("8206000100016101");

        connection = await line.LoseAsync(StreamPeer.ConnAckResumed);

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => subscribing);
        await connection.ExpectAsync("A2050002000161");
        await connection.SendAsync("B0020002");
        connection = await line.LoseAsync(StreamPeer.ConnAck);
        await line.RoundTripAsync(); // Nobody wants it any more.
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task FilterLeftWhileAway_IsForgottenWithTheSession()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Returning(peer), recorder, jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        var stream = await connection.SubscribeAsync(client, "a", 1);
        Assert.Equal("connected False", await recorder.NextAsync());
        await connection.DisposeAsync();
        Assert.StartsWith("disconnected", await recorder.NextAsync(), StringComparison.Ordinal);
        await stream.DisposeAsync();

        await line.LoseAsync(StreamPeer.ConnAck);
        await line.RoundTripAsync();
        await line.LoseAsync(StreamPeer.ConnAckResumed);

        await line.RoundTripAsync(); // No UNSUBSCRIBE: this session never had it.
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ReceiversFilter_RefusedAtARenewal_IsNotAskedForAgainInThatSessionAndFree()
    {
        await using var peer = new ScriptedPeer();
        var log = new LogRecorder();
        await using var client = new MqttClient(Returning(peer), new Recorder(), log, jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        var receiving = client.SubscribeAsync([new("a", MqttQos.AtMostOnce), new("b", MqttQos.AtMostOnce)]);
        await connection.ExpectAsync("820A0001" + "00016100" + "00016200");
        await connection.SendAsync("900400010000");
        await receiving;
        connection = await line.LoseAsync(StreamPeer.ConnAck);
        await connection.ExpectAsync("820A0002" + "00016100" + "00016200");
        await connection.SendAsync("900400028000");
        Assert.Contains("'a'", await log.NextAsync(EventIds.RenewalRefused), StringComparison.Ordinal);

        connection = await line.LoseAsync(StreamPeer.ConnAckResumed);
        await line.RoundTripAsync();
        Assert.Throws<InvalidOperationException>(() => { _ = client.DeclareSubscription("b"); });
        await using var stream = client.DeclareSubscription("a");
        await connection.ExpectAsync("8206000400016101");

        await client.DisconnectAsync();
    }

    [Fact]
    public async Task FilterThatWaitsForItsTurn_AndIsUnsubscribedMeanwhile_IsNotAskedFor()
    {
        const int OnTheWay = 64;
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 });
        var streams = Enumerable.Range(0, OnTheWay + 2)
            .Select(i => client.DeclareSubscription($"{(char)('0' + i)}")).ToList();
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        for (var i = 0; i < OnTheWay; i++)
        {
            await connection.ExpectAsync(StreamPeer.SubscribePacket5(streams[i].Filter, i + 1));
        }

        var unsubscribing = client.UnsubscribeAsync([streams[OnTheWay].Filter]);
        await connection.ExpectAsync("A20600" + "41" + "00" + "0001" + $"{(int)streams[OnTheWay].Filter[0]:X2}");
        await connection.SendAsync("900400010001");
        await connection.ExpectAsync(StreamPeer.SubscribePacket5(streams[OnTheWay + 1].Filter, OnTheWay + 2));
        await connection.SendAsync("B00400410000");
        await unsubscribing;

        await using var messages = streams[OnTheWay].GetAsyncEnumerator();
        await messages.EndAsync();
        Assert.Null(streams[OnTheWay].GrantedQos);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task FilterThatIsAskedForAndDeclaredAgain_IsAskedAgainWhenItsTurnComes()
    {
        const int OnTheWay = 64;
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 });
        for (var i = 0; i < OnTheWay; i++)
        {
            _ = client.DeclareSubscription($"{(char)('0' + i)}");
        }

        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        for (var i = 0; i < OnTheWay; i++)
        {
            await connection.ReadAsync();
        }

        await using var again = client.DeclareSubscription("0", MqttQos.ExactlyOnce);
        await connection.SendAsync("900400010001"); // The answer to the first asking says nothing of the second.

        await connection.ExpectAsync(StreamPeer.SubscribePacket5("0", OnTheWay + 1, "02"));
        Assert.Null(again.GrantedQos);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ReceiversFilters_AndStreams_AreAskedForInTheirPackets()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { Version = MqttProtocolVersion.V50 }, new Recorder(), jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync(StreamPeer.ConnAck5);
        await using var stream = await connection.Subscribe5Async(client, "s", 1);
        MqttSubscriptionRequest[] asked = [.. Enumerable.Range(0, 150).Select(
            static i => new MqttSubscriptionRequest($"{i:D3}", MqttQos.AtMostOnce))];
        var receiving = client.SubscribeAsync(asked);
        await connection.ReadAsync();
        await connection.SendAsync("9099010002" + "00" + string.Concat(asked.Select(static _ => "00")));
        await receiving;

        connection = await line.LoseAsync(StreamPeer.ConnAck5);

        Assert.Equal(100, FiltersIn(await connection.ReadAsync()));
        Assert.Equal(50, FiltersIn(await connection.ReadAsync()));
        await connection.ExpectAsync(StreamPeer.SubscribePacket5("s", 5));
        await client.DisconnectAsync();

        // The header, the identifier and no properties; then each three characters with length and options.
        static int FiltersIn(string packet) => ((packet.Length / 2) - 6) / 6;
    }

    private static MqttClientOptions Returning(ScriptedPeer peer) =>
        peer.Options with { CleanSession = false, Reconnect = new MqttReconnectOptions() };
}
