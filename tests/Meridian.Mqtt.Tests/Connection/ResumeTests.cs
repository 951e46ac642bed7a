using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Connection;

public sealed class ResumeTests
{
    [Fact]
    [Spec(
        "3.1.1",
        "MQTT-2.3.1-3", "MQTT-3.1.2-4", "MQTT-3.3.1-1", "MQTT-3.6.1-1", "MQTT-4.3.2-1", "MQTT-4.3.3-1",
        "MQTT-4.4.0-1", "MQTT-4.6.0-1")]
    public async Task SessionKept_AfterLoss_ResendsInOrderWithDupAndPubRel()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer) with { CleanSession = false }, jitter: new NoDelay());
        await using var first = await ConnectAsync(peer, client);
        var publishes = new[] { MqttQos.ExactlyOnce, MqttQos.AtLeastOnce, MqttQos.AtLeastOnce, MqttQos.ExactlyOnce }
            .Select((qos, i) => client.PublishAsync("t", new[] { (byte)('a' + i) }, qos).AsTask()).ToArray();
        await first.ExpectAsync("3406000174000161", "3206000174000262", "3206000174000363", "3406000174000464");
        await first.SendAsync("50020001 40020002");
        await first.ExpectAsync("62020001");
        await publishes[1];

        await first.DisposeAsync();
        await using var second = await ReturnAsync(peer, client, isSessionPresent: true);
        var late = client.PublishAsync("t", new[] { (byte)'z' }, MqttQos.AtLeastOnce).AsTask();

        await second.ExpectAsync("62020001", "3A06000174000363", "3C06000174000464", "320600017400057A");
        await second.SendAsync("70020001 40020003 50020004 70020004 40020005");
        await Task.WhenAll([.. publishes, late]).WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.8.1-1")]
    public async Task SessionLost_AfterLoss_SendsQos1AnewAndFailsQos2()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            Options(peer) with { CleanSession = false }, recorder, jitter: new NoDelay());
        await using var first = await ConnectAsync(peer, client);
        var subscribing = client.SubscribeAsync([new("a/#", MqttQos.AtLeastOnce), new("b", MqttQos.AtMostOnce)]);
        await first.ExpectAsync("820C00010003612F230100016200");
        await first.SendAsync("900400010180");
        Assert.Equal([true, false], (await subscribing).Select(result => result.IsGranted));
        var exactly = client.PublishAsync("t", default, MqttQos.ExactlyOnce).AsTask();
        var atLeast = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        await first.ExpectAsync("34050001740002", "32050001740003");

        await first.DisposeAsync();
        await using var second = await ReturnAsync(peer, client, isSessionPresent: false);

        await second.ExpectAsync("820800040003612F2301", "32050001740003");
        await second.SendAsync("9003000401 40020003");
        await atLeast.WaitAsync(ScriptedPeer.Deadline);
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => exactly);
    }

    [Fact]
    public async Task PolicyFail_AfterLoss_EndsAllAtOnceAndKeepsQos2IdentifiersTaken()
    {
        await using var peer = new ScriptedPeer();
        var options =
            Options(peer) with { CleanSession = false, OnConnectionLost = MqttInFlightPolicy.Fail, MaxInFlight = 2 };
        await using var client = new MqttClient(options, jitter: new NoDelay());
        await using var first = await ConnectAsync(peer, client);
        var publishes = new[] { MqttQos.ExactlyOnce, MqttQos.AtLeastOnce, MqttQos.AtLeastOnce }
            .Select(qos => client.PublishAsync("t", default, qos).AsTask()).ToArray();
        await first.ExpectAsync("34050001740001", "32050001740002"); // The third waits for the window.

        await first.DisposeAsync();
        foreach (var publish in publishes)
        {
            await Assert.ThrowsAsync<MqttConnectionLostException>(() => publish.WaitAsync(ScriptedPeer.Deadline));
        }

        await Assert.ThrowsAsync<MqttConnectionLostException>(
            async () => await client.PublishAsync("t", default, MqttQos.AtLeastOnce));
        await using var second = await ReturnAsync(peer, client, isSessionPresent: true);

        await second.ExpectAsync("62020001");
        await second.SendAsync("70020001");
        var again = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        await second.ExpectAsync("32050001740003");
        await second.SendAsync("40020003");
        await again.WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.3.3-2")]
    public async Task HeldMessages_AfterLoss_AreGivenAgainAndOldAcknowledgementsAreVoid()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var options = Options(peer) with { CleanSession = false, AcknowledgeMode = MqttAcknowledgeMode.ByApplication };
        await using var client = new MqttClient(options, recorder, jitter: new NoDelay());
        await using var first = await ConnectAsync(peer, client);
        await first.SendAsync("34050001610001 34050001620002");
        var a = await recorder.NextAcknowledgementAsync();
        var b = await recorder.NextAcknowledgementAsync();
        client.Acknowledge(a);
        await first.ExpectAsync("50020001");

        await first.DisposeAsync();
        await using var second = await ReturnAsync(peer, client, isSessionPresent: true);
        // Id 1 is a repeat: PUBREC again, not given. Id 2 is given again.
        await second.SendAsync("3C050001610001 3C050001620002");
        await second.ExpectAsync("50020001");
        client.Acknowledge(b); // Of the dead connection.
        var again = await recorder.NextAcknowledgementAsync();
        client.Acknowledge(again);
        await second.ExpectAsync("50020002");
        await second.SendAsync("62020001 62020002 62020099");
        await second.ExpectAsync("70020001", "70020002", "70020099");

        var heard = new List<string>();
        while (recorder.HasEvent)
        {
            heard.Add(await recorder.NextAsync());
        }

        Assert.Equal(
            [
                "connected False", "a= q2", "b= q2", "disconnected MqttConnectionLostException True",
                "connected True", "b= q2 dup",
            ],
            heard);
    }

    [Fact]
    public async Task Answer_ThatNeverComes_EndsTheConnectionAndTheMessageIsSentAgain()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var options = Options(peer) with { CleanSession = false, KeepAlive = TimeSpan.Zero };
        await using var client = new MqttClient(options, time: time, jitter: new NoDelay());
        await using var first = await ConnectAsync(peer, client);
        var publish = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        await first.ExpectAsync("32050001740001");

        time.Advance(TimeSpan.FromSeconds(35));
        var last = await first.ReadAsync();
        if (last is "C000")
        {
            last = await first.ReadAsync(); // A ping is due at 30 s too, and may leave before the end.
        }

        Assert.Equal("", last);
        await using var second = await ReturnAsync(peer, client, isSessionPresent: true);

        await second.ExpectAsync("3A050001740001");
        await second.SendAsync("40020001");
        await publish.WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    public async Task Dispose_WhileReturning_StopsForGoodAndEndsWhatWaits()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var client = new MqttClient(Options(peer), recorder, time: new ManualTime());
        await using var first = await ConnectAsync(peer, client);
        await first.DisposeAsync();
        await recorder.NextAsync();
        Assert.Equal("disconnected MqttConnectionLostException True", await recorder.NextAsync());
        var waiting = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        var subscribing = client.SubscribeAsync([new("a", MqttQos.AtMostOnce)]);

        await client.DisposeAsync();

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => subscribing);
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => waiting.WaitAsync(ScriptedPeer.Deadline));
        Assert.Equal("disconnected  False", await recorder.NextAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ConnectAsync());
        await client.DisposeAsync();
    }

    [Fact]
    [Spec("3.1.1", "MQTT-2.3.1-2", "MQTT-2.3.1-3")]
    public async Task Publish_Cancelled_WhileWaitingIsNeverSentAndInFlightKeepsItsIdentifier()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer) with { MaxInFlight = 1 });
        await using var connection = await ConnectAsync(peer, client);
        using var cancellation = new CancellationTokenSource();
        var sent =
            client.PublishAsync("s", default, MqttQos.AtLeastOnce, cancellationToken: cancellation.Token).AsTask();
        var waiting =
            client.PublishAsync("w", default, MqttQos.AtLeastOnce, cancellationToken: cancellation.Token).AsTask();
        var next = client.PublishAsync("n", default, MqttQos.AtLeastOnce).AsTask();
        await connection.ExpectAsync("32050001730001");

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await connection.SendAsync("40020001 40020001"); // A repeated answer is no fault.

        await connection.ExpectAsync("320500016E0002");
        await connection.SendAsync("40020002");
        await next.WaitAsync(ScriptedPeer.Deadline);
    }

    private static MqttClientOptions Options(ScriptedPeer peer) => peer.Options with { Reconnect = new() };

    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;
        return connection;
    }

    /// <summary>Accepts the client again.</summary>
    private static async Task<PeerConnection> ReturnAsync(ScriptedPeer peer, MqttClient client, bool isSessionPresent)
    {
        var connection = await peer.AcceptAsync(isSessionPresent);
        var start = TimeProvider.System.GetTimestamp();
        while (!client.IsConnected && TimeProvider.System.GetElapsedTime(start) < ScriptedPeer.Deadline)
        {
            await Task.Yield();
        }

        return connection;
    }
}
