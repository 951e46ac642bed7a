using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>Calls that never return, or return without the cause, in other clients.</summary>
public sealed class EndOfCallsTests
{
    /// <summary>
    /// dotnet/MQTTnet#1642 (publish), #1561 (subscribe, when the link drops between sending and answer), #765 (dispose),
    /// hivemq-mqtt-client-dotnet#98.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_UnderWayAtTheLossOfTheLink_AllEndWithATypedError(bool isDisposed)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { MaxInFlight = 2 });
        await using var connection = await ConnectAsync(peer, client, "20020000");
        Task[] calls =
        [
            client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask(),
            client.PublishAsync("t", default, MqttQos.ExactlyOnce).AsTask(),
            client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask(), // Waits for the window.
            client.SubscribeAsync([new("a", MqttQos.AtLeastOnce)]),
            client.UnsubscribeAsync(["a"]),
        ];
        for (var i = 0; i < 4; i++)
        {
            Assert.NotEmpty(await connection.ReadAsync());
        }

        if (isDisposed)
        {
            await client.DisposeAsync();
        }
        else
        {
            await connection.DisposeAsync();
        }

        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<MqttConnectionLostException>(() => call.WaitAsync(ScriptedPeer.Deadline));
        }
    }

    /// <summary>dotnet/MQTTnet#966, #1825, #908, #358, #647: connecting, first or again, that never ends.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("2002")]
    [InlineData("20020003")]
    public async Task Connect_ToAServerThatClosesInTheMidstOfIt_Ends(string sent)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        var connecting = client.ConnectAsync();
        await using (var connection = await peer.AcceptAsync())
        {
            await connection.ReadAsync();
            await connection.SendAsync(sent);
        }

        await Assert.ThrowsAnyAsync<MqttException>(() => connecting.WaitAsync(ScriptedPeer.Deadline));
        Assert.False(client.IsConnected);
    }

    /// <summary>
    /// dotnet/MQTTnet#908, #647: a caller that tries again by itself is told that the client is still connecting.
    /// </summary>
    [Fact]
    public async Task Connect_CalledAgainAsSoonAsItFailed_TriesAgain()
    {
        var connector = new Nowhere();
        var options = new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", 1) };
        await using var client = new MqttClient(
            options, receiver: null, logger: null, time: null, jitter: null, connector);

        for (var i = 0; i < 2_000; i++)
        {
            await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ConnectAsync());
        }

        Assert.Equal(2_000, connector.Count);
    }

    /// <summary>
    /// dotnet/MQTTnet#149, #727, #1377, hivemq-mqtt-client-dotnet#68: the server says why it ends the connection, and the
    /// caller sees a timeout.
    /// </summary>
    [Fact]
    [Spec("5.0", "MQTT-3.14.4-3")]
    public async Task Disconnect_OfTheServer_IsTheReasonThatEveryCallHears()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var options = peer.Options with { Version = MqttProtocolVersion.V50 };
        await using var client = new MqttClient(options, recorder);
        await using var connection = await ConnectAsync(peer, client, "20 03  00 00  00");
        Task[] calls =
        [
            client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask(),
            client.SubscribeAsync([new("a", MqttQos.AtLeastOnce)]),
            client.UnsubscribeAsync(["a"]),
        ];
        for (var i = 0; i < calls.Length; i++)
        {
            await connection.ReadAsync();
        }

        await connection.SendAsync("E0 07  8B 05  1F 0002 6869"); // Server shutting down, "hi".
        await connection.DisposeAsync();

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<MqttConnectionLostException>(
                () => call.WaitAsync(ScriptedPeer.Deadline));
            Assert.Equal((MqttReasonCode.ServerShuttingDown, "hi"), (error.ReasonCode, error.ReasonString));
        }
    }

    /// <summary>
    /// dotnet/MQTTnet#2078, #2079: the answer to a request whose caller has gone was taken for a protocol error. The seed:
    /// any answer that came twice ended the connection.
    /// </summary>
    [Fact]
    public async Task Answers_ThatNobodyAwaits_DoNoHarm()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await ConnectAsync(peer, client, "20020000");
        using var cancellation = new CancellationTokenSource();
        Task[] calls =
        [
            client.SubscribeAsync([new("a", MqttQos.AtMostOnce)], cancellation.Token),
            client.UnsubscribeAsync(["a"], cancellation.Token),
            client.PublishAsync("t", default, MqttQos.AtLeastOnce, cancellationToken: cancellation.Token).AsTask(),
            client.PublishAsync("t", default, MqttQos.ExactlyOnce, cancellationToken: cancellation.Token).AsTask(),
        ];
        for (var i = 0; i < calls.Length; i++)
        {
            await connection.ReadAsync();
        }

        await cancellation.CancelAsync();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(ScriptedPeer.Deadline));
        }

        const string Answers = "9003000100 B0020002 40020003 50020004 70020004";
        await connection.SendAsync(Answers + Answers + "D000 B0020063 9003006300 40020063 70020063");
        await connection.ExpectAsync("62020004", "62020004");
        await connection.SendAsync("62020063"); // PUBREL of what is unknown is answered.
        await connection.ExpectAsync("70020063");
        Assert.True(client.IsConnected);
        Assert.Equal("", Torture.Insides.Leftovers(client));
    }

    /// <summary>Seen in MQTTnet's source: PUBREL is sent even after a failing PUBREC.</summary>
    [Fact]
    [Spec("5.0", "MQTT-4.3.3-4")]
    public async Task PubRec_ThatRefuses_EndsTheFlowWithoutPubRel()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 });
        await using var connection = await ConnectAsync(peer, client, "20 03  00 00  00");
        var publishing = client.PublishAsync("t", default, MqttQos.ExactlyOnce).AsTask();
        await connection.ExpectAsync("3406000174000100");

        await connection.SendAsync("50 03  0001 97");

        var error = await Assert.ThrowsAsync<MqttRejectedException>(
            () => publishing.WaitAsync(ScriptedPeer.Deadline));
        Assert.Equal(MqttReasonCode.QuotaExceeded, error.ReasonCode);
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("300400017800"); // No PUBREL has left before it.
        Assert.Equal("", Torture.Insides.Leftovers(client));
    }

    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client, string connAck)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(connAck);
        await connecting;
        return connection;
    }

    private sealed class Nowhere : ITransportConnector
    {
        public string? Awaited => null;

        public int Count { get; private set; }

        public Task<ITransport> ConnectAsync(MqttServer server, CancellationToken cancellationToken)
        {
            Count++;
            return Task.FromException<ITransport>(new MqttConnectionLostException("There is nobody."));
        }
    }
}
