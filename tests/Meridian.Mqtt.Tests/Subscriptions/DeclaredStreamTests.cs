using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>Streams that are there before their connection.</summary>
public sealed class DeclaredStreamTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311, "20020100" + "3206000161000731")]
    [InlineData(MqttProtocolVersion.V50, "2003010000" + "320700016100070031")]
    public async Task ResumedSession_WhatWaitedInIt_ReachesTheStream(MqttProtocolVersion version, string resumed)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { CleanSession = false, Version = version });
        await using var stream = client.DeclareSubscription("a");
        Assert.Null(stream.GrantedQos);

        await using var connection = await peer.ConnectAsync(client, resumed);

        var is5 = version == MqttProtocolVersion.V50;
        await connection.ExpectAsync(is5 ? StreamPeer.SubscribePacket5("a", 1) : "8206000100016101", "40020007");
        await connection.SendAsync(is5 ? "900400010001" : "9003000101");
        Assert.Equal(MqttQos.AtLeastOnce, await stream.WhenGrantedAsync().WaitAsync(ScriptedPeer.Deadline));
        Assert.Equal(MqttQos.AtLeastOnce, stream.GrantedQos);
        await using var messages = stream.GetAsyncEnumerator();
        Assert.Equal("1"u8.ToArray(), (await messages.NextAsync()).Payload.ToArray());
        Assert.Equal(0, client.UnclaimedCount);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task Refusal_EndsTheStreamWithTheReason()
    {
        await using var peer = new ScriptedPeer();
        var log = new LogRecorder();
        await using var client = new MqttClient(peer.Options, logger: log);
        await using var refused = client.DeclareSubscription("a");
        await using var granted = client.DeclareSubscription("b");
        await using var connection = await peer.ConnectAsync(client);
        await connection.ExpectAsync("820A0001" + "00016101" + "00016201");
        await connection.SendAsync("900400018000");

        await using var messages = refused.GetAsyncEnumerator();
        var error = await Assert.ThrowsAsync<MqttRejectedException>(() => messages.NextAsync());
        Assert.Equal(MqttReasonCode.UnspecifiedError, error.ReasonCode);
        await Assert.ThrowsAsync<MqttRejectedException>(() => refused.WhenGrantedAsync());
        Assert.Null(refused.GrantedQos);
        Assert.Equal(MqttQos.AtMostOnce, await granted.WhenGrantedAsync().WaitAsync(ScriptedPeer.Deadline));
        Assert.Contains("'a'", await log.NextAsync(EventIds.RenewalRefused), StringComparison.Ordinal);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ServerThatTakesNoWildcards_IsNotAskedAndTheStreamEnds()
    {
        await using var peer = new ScriptedPeer();
        var log = new LogRecorder();
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50 }, logger: log);
        await using var wild = client.DeclareSubscription("#");
        await using var plain = client.DeclareSubscription("a");
        await using var connection = await peer.ConnectAsync(client, "20050000022800");

        await connection.ExpectAsync(StreamPeer.SubscribePacket5("a", 1));
        var error = await Assert.ThrowsAsync<MqttRejectedException>(() => wild.WhenGrantedAsync());
        Assert.Equal(MqttReasonCode.WildcardSubscriptionsNotSupported, error.ReasonCode);
        Assert.Contains("'#'", await log.NextAsync(EventIds.RenewalRefused), StringComparison.Ordinal);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ConnectionLost_BeforeTheAnswer_TheNextOneAsksAndOnlyThat()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using var stream = client.DeclareSubscription("a");
        await using (var first = await peer.ConnectAsync(client, StreamPeer.ConnAckResumed))
        {
            await first.ExpectAsync("8206000100016101");
        }

        await using (var second = await peer.ReturnAsync(StreamPeer.ConnAckResumed))
        {
            await second.ExpectAsync("8206000200016101");
            await second.SendAsync("9003000201");
            await stream.WhenGrantedAsync().WaitAsync(ScriptedPeer.Deadline);
        }

        await using var third = await peer.ReturnAsync(StreamPeer.ConnAckResumed);
        await third.SendAsync(StreamPeer.Publish('a', 9));
        await third.ExpectAsync("40020009"); // Nothing before: the session has it.
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task WhileConnected_SubscribeLeavesAtOnce()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);

        await using var stream = client.DeclareSubscription("a", MqttQos.AtMostOnce);

        await connection.ExpectAsync("8206000100016100");
        await connection.SendAsync("9003000100");
        Assert.Equal(MqttQos.AtMostOnce, await stream.WhenGrantedAsync().WaitAsync(ScriptedPeer.Deadline));
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task SameFilterTwice_IsOneSubscriptionAsTheLastWantsIt()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var first = client.DeclareSubscription("a", MqttQos.AtMostOnce);
        await using var last = client.DeclareSubscription("a");
        await using var connection = await peer.ConnectAsync(client);

        await connection.ExpectAsync("8206000100016101");
        await connection.SendAsync("9003000101" + "300400016131" + StreamPeer.Publish('x', 3));

        await connection.ExpectAsync("40020003"); // No second SUBSCRIBE before.
        Assert.Equal((1, 1), (first.BufferedCount, last.BufferedCount));
        Assert.Equal(MqttQos.AtLeastOnce, first.GrantedQos);
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task AskedForAgain_WhileTheAnswerIsOnItsWay_IsAskedWithTheLastOptions()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Returning(peer), jitter: new NoDelay());
        await using (var connection = await peer.ConnectAsync(client))
        {
            await using var first = client.DeclareSubscription("a", MqttQos.AtMostOnce);
            await connection.ExpectAsync("8206000100016100");
            _ = client.DeclareSubscription("a", MqttQos.ExactlyOnce);
            await connection.ExpectAsync("8206000200016102");
            await connection.SendAsync("9003000202" + "9003000100"); // Whatever the order of the answers.
            await connection.SendAsync(StreamPeer.Publish('x', 3));
            await connection.ExpectAsync("40020003");
        }

        await using var second = await peer.ReturnAsync(StreamPeer.ConnAck);
        await second.ExpectAsync("8206000300016102");
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task RetainHandling_OfTheRequest_IsKept()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { CleanSession = false, Version = MqttProtocolVersion.V50 });
        await using var stream = client.DeclareSubscription(new MqttSubscriptionRequest("a", MqttQos.AtLeastOnce)
        {
            RetainHandling = MqttRetainHandling.SendIfNew,
        });

        await using var connection = await peer.ConnectAsync(client, "2003010000");

        await connection.ExpectAsync(StreamPeer.SubscribePacket5("a", 1, "11"));
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task DisposedBeforeTheConnection_IsNotAskedForAndLeftInTheSession()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { CleanSession = false });
        var stream = client.DeclareSubscription("a");
        await stream.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.WhenGrantedAsync());

        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAckResumed);

        await connection.ExpectAsync("A2050001000161");
        await connection.SendAsync("B0020001");
        await client.DisconnectAsync();
        await connection.ExpectAsync("E000");
    }

    [Fact]
    public async Task DeclaredAgainAfterItsEnd_IsOnlyAskedFor()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { CleanSession = false });
        await client.DeclareSubscription("a").DisposeAsync();
        await using var again = client.DeclareSubscription("a");

        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAckResumed);

        await connection.ExpectAsync("8206000100016101");
        await client.DisconnectAsync();
        await connection.ExpectAsync("E000");
    }

    [Fact]
    public async Task FailedTryToConnect_LeavesTheStreamForTheNext()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var stream = client.DeclareSubscription("a");
        var connecting = client.ConnectAsync();
        await using (var refusing = await peer.AcceptAsync())
        {
            await refusing.ReadAsync();
            await refusing.SendAsync("20020003");
            await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        }

        await using var connection = await peer.ConnectAsync(client);

        await connection.ExpectAsync("8206000100016101");
        await client.DisconnectAsync();
    }

    [Fact]
    public async Task ClientDisposed_EndsTheStream()
    {
        var client = new MqttClient(new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", 1) });
        var stream = client.DeclareSubscription("a");

        await client.DisposeAsync();

        await using var messages = stream.GetAsyncEnumerator();
        await messages.EndAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.WhenGrantedAsync());
        Assert.Throws<ObjectDisposedException>(() => { _ = client.DeclareSubscription("a"); });
    }

    [Fact]
    public async Task Arguments_ThatAreNotValid_AreRefused()
    {
        await using var client = new MqttClient(new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", 1) });

        Assert.Throws<ArgumentException>(() => { _ = client.DeclareSubscription("a/#/b"); });
        Assert.Throws<ArgumentException>(() => { _ = client.DeclareSubscription("a", (MqttQos)3); });
        Assert.Throws<ArgumentException>(
            () => { _ = client.DeclareSubscription("a", options: new MqttSubscriptionOptions { MaxBytes = 0 }); });
    }

    private static MqttClientOptions Returning(ScriptedPeer peer) =>
        peer.Options with { CleanSession = false, Reconnect = new MqttReconnectOptions() };
}
