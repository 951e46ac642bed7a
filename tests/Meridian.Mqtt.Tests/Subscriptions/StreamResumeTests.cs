using System.Runtime.CompilerServices;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Tests.Torture;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>What a stream holds when its connection is lost: bounded, whatever comes of the session.</summary>
public sealed class StreamResumeTests
{
    private static readonly MqttSubscriptionOptions OneOnly = new() { Capacity = 1 };

    [Fact]
    public async Task FullStream_OverManyLosses_HoldsWhatTheServerSendsAgainOnce()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        await using var stream = await connection.SubscribeAsync(client, "a", 1, OneOnly);
        await connection.SendAsync("3206000161000131" + "3206000161000232" + "3206000161000333");
        await connection.ExpectAsync("40020001");
        for (var i = 0; i < 5; i++)
        {
            connection = await line.LoseAsync(StreamPeer.ConnAckResumed);
            await connection.SendAsync("3A06000161000232" + "3A06000161000333" + StreamPeer.Publish('x', 9));
            await connection.ExpectAsync("40020009");

            Assert.Equal(3, stream.BufferedCount);
        }

        await using var messages = stream.GetAsyncEnumerator();
        Assert.Equal("1"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        await connection.ExpectAsync("40020002"); // The living copies are acknowledged.
        Assert.Equal("2"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        await connection.ExpectAsync("40020003");
        Assert.Equal("3"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ByApplication_WhatIsBufferedComesAgainOnceAndInOrder()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication }, jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var first = await line.ConnectAsync();
        await using var stream = await first.SubscribeAsync(client, "a", 1);
        await first.SendAsync("3206000161000131" + "3206000161000232" + "300400016130");
        await line.RoundTripAsync();
        await using var messages = stream.GetAsyncEnumerator();
        var given = await messages.NextAsync();
        var second = await line.LoseAsync(StreamPeer.ConnAckResumed);
        await second.SendAsync("3A06000161000131" + "3A06000161000232");
        await line.RoundTripAsync();

        Assert.Equal("0"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray()); // At QoS 0 it comes only once.
        given.Acknowledge(); // Void: its connection is gone.
        var again = await messages.NextAsync();
        Assert.Equal("1"u8.ToArray(), again.Payload.ToArray());
        Assert.True(again.IsDuplicate);
        again.Acknowledge();
        await second.ExpectAsync("40020001");
        (await messages.NextAsync()).Acknowledge();
        await second.ExpectAsync("40020002");
        Assert.Equal(0, stream.BufferedCount);
        await client.DisconnectAsync();
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, "20020000", "")]
    [InlineData(MqttProtocolVersion.V50, "2003000000", "00")]
    public async Task SessionsLost_OneAfterTheOther_HoldBackTheServerAtReceiveMaximum(
        MqttProtocolVersion version, string connAck, string properties)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { ReceiveMaximum = 2, Version = version }, jitter: new NoDelay());
        await using var stream = client.DeclareSubscription("a", options: OneOnly);
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync(connAck);
        await AnswerSubscribeAsync(connection, properties);
        await connection.SendAsync(Message(1, properties));
        await connection.ExpectAsync("40020001");
        await connection.SendAsync(Message(2, properties) + Message(3, properties));
        await line.RoundTripAsync();
        Assert.Equal(3, stream.BufferedCount);

        connection = await line.LoseAsync(connAck);
        await AnswerSubscribeAsync(connection, properties);
        await line.RoundTripAsync();
        Assert.True(IsFull(client)); // Two are held already, and nothing comes again.
        await connection.SendAsync(Message(4, properties));

        await using var messages = stream.GetAsyncEnumerator();
        for (var i = 1; i <= 4; i++)
        {
            Assert.Equal(new[] { (byte)i }, (await messages.NextAsync()).Payload.ToArray());
        }

        await connection.ExpectAsync("40020004");
        Assert.False(IsFull(client));
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task SessionLost_StreamThatHeldItsMessagesEnds_OthersGoOn()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { ReceiveMaximum = 1 }, jitter: new NoDelay());
        await using var full = client.DeclareSubscription("a", options: OneOnly);
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        await AnswerSubscribeAsync(connection, "");
        await connection.SendAsync(Message(1, ""));
        await connection.ExpectAsync("40020001");
        await connection.SendAsync(Message(2, ""));
        await line.RoundTripAsync();

        connection = await line.LoseAsync(StreamPeer.ConnAck);
        var renewal = await connection.ReadAsync();
        await connection.SendAsync($"9003{renewal[4..8]}80" + StreamPeer.Publish('x', 7));

        await connection.ExpectAsync("40020007");
        await using var messages = full.GetAsyncEnumerator();
        await messages.NextAsync();
        Assert.Equal(new byte[] { 2 }, (await messages.NextAsync()).Payload.ToArray());
        await Assert.ThrowsAsync<MqttRejectedException>(() => messages.NextAsync());
        Assert.Equal(0, OnlyCopies(Insides.StateOf(client).Inbound)); // Counted out once.
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task HeldOfALostSession_SurvivesALossThatKeepsTheNext()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var stream = client.DeclareSubscription("a", options: OneOnly);
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        await AnswerSubscribeAsync(connection, "");
        await connection.SendAsync(Message(1, "") + Message(2, ""));
        await connection.ExpectAsync("40020001");
        await line.RoundTripAsync();
        foreach (var connAck in new[] { StreamPeer.ConnAck, StreamPeer.ConnAckResumed })
        {
            connection = await line.LoseAsync(connAck);
            if (connAck is StreamPeer.ConnAck)
            {
                await AnswerSubscribeAsync(connection, "");
            }

            await line.RoundTripAsync();
        }

        Assert.Equal(2, stream.BufferedCount); // Nobody sends the second one again.
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ByApplication_WhatIsHeldAtQos2TakesThePlaceOfWhatComesAgain()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication }, jitter: new NoDelay());
        await using var stream = client.DeclareSubscription("a", options: OneOnly);
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        await AnswerSubscribeAsync(connection, "");
        await connection.SendAsync(Message(1, "") + "3406000161000202");
        await line.RoundTripAsync();
        await line.LoseAsync(StreamPeer.ConnAckResumed);
        await line.RoundTripAsync();
        Assert.Equal(1, stream.BufferedCount);

        await using var messages = stream.GetAsyncEnumerator();

        Assert.Equal(new byte[] { 2 }, (await messages.NextAsync()).Payload.ToArray());
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ByApplication_WhatIsBufferedOfALostSessionStays()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication }, jitter: new NoDelay());
        await using var stream = client.DeclareSubscription("a");
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        await AnswerSubscribeAsync(connection, "");
        await connection.SendAsync(Message(1, ""));
        await line.RoundTripAsync();
        connection = await line.LoseAsync(StreamPeer.ConnAck);
        await AnswerSubscribeAsync(connection, "");
        await line.RoundTripAsync();
        await line.LoseAsync(StreamPeer.ConnAckResumed);
        await line.RoundTripAsync();

        Assert.Equal(1, stream.BufferedCount);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ByApplication_WhatComesAgainGivesBackItsBytes()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Returning(peer) with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication }, jitter: new NoDelay());
        await using var stream = client.DeclareSubscription("a", options: new MqttSubscriptionOptions { MaxBytes = 2 });
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync();
        await AnswerSubscribeAsync(connection, "");
        await connection.SendAsync(Message(1, "") + Message(2, ""));
        await line.RoundTripAsync();
        connection = await line.LoseAsync(StreamPeer.ConnAckResumed);
        await connection.SendAsync("300400016131" + "300400016132");
        await line.RoundTripAsync();

        Assert.Equal((2, 0L), (stream.BufferedCount, stream.DroppedCount));
        await client.DisconnectAsync();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_onlyCopies")]
    private static extern ref int OnlyCopies(InboundSession session);

    private static bool IsFull(MqttClient client)
    {
        var state = Insides.StateOf(client);
        lock (state.InboundGate)
        {
            return state.Inbound.IsFull;
        }
    }

    private static string Message(int number, string properties) =>
        $"32{6 + (properties.Length / 2):X2}000161{number:X4}{properties}{number:X2}";

    private static async Task AnswerSubscribeAsync(PeerConnection connection, string properties)
    {
        var packet = await connection.ReadAsync();
        Assert.StartsWith("82", packet, StringComparison.Ordinal);
        await connection.SendAsync($"90{3 + (properties.Length / 2):X2}{packet[4..8]}{properties}01");
    }

    private static MqttClientOptions Returning(ScriptedPeer peer) =>
        peer.Options with { CleanSession = false, Reconnect = new MqttReconnectOptions() };
}
