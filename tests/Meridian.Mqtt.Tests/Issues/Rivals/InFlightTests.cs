using Meridian.Fixtures;
using Meridian.Mqtt.Reconnect;
using Meridian.Mqtt.Testing;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>What other clients lose, repeat or wedge on when a connection is lost with messages under way.</summary>
public sealed class InFlightTests
{
    private static readonly int[] Bounds = [1, 2, 4, 8, 16, 30, 30, 30];

    /// <summary>
    /// dotnet/MQTTnet#374 (open since 2018), #1089, #1151, hivemq-mqtt-client-dotnet#98, mqttjs/MQTT.js#2015 (what was
    /// being sent again when the link dropped once more is thrown away), bytebeamio/rumqtt#780.
    /// </summary>
    [Fact]
    [Spec("3.1.1", "MQTT-4.4.0-1", "MQTT-4.6.0-1")]
    public async Task InFlight_LostAgainInTheMidstOfItsResend_IsSentAThirdTimeInOrder()
    {
        await using var peer = new ScriptedPeer();
        var options = peer.Options with { CleanSession = false, Reconnect = new(), MaxInFlight = 4 };
        await using var client = new MqttClient(options, jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        Task[] publishing;
        await using (var first = await peer.AcceptAsync(isSessionPresent: false))
        {
            await connecting;
            publishing =
            [
                .. Enumerable.Range(0, 5).Select(
                    i => client.PublishAsync("t", new[] { (byte)i }, MqttQos.AtLeastOnce).AsTask()),
            ];
            await first.ExpectAsync(
                "3206000174000100", "3206000174000201", "3206000174000302", "3206000174000403");
        }

        for (var i = 0; i < 3; i++)
        {
            await using var cut = await peer.AcceptAsync(isSessionPresent: true);
            await cut.ExpectAsync("3A06000174000100"); // The rest is under way when the link drops.
        }

        await using var last = await peer.AcceptAsync(isSessionPresent: true);
        await last.ExpectAsync("3A06000174000100", "3A06000174000201", "3A06000174000302", "3A06000174000403");
        await last.SendAsync("40020001 40020002 40020003 40020004");
        await last.ExpectAsync("3206000174000504");
        await last.SendAsync("40020005");
        await Task.WhenAll(publishing).WaitAsync(ScriptedPeer.Deadline);
    }

    /// <summary>
    /// bytebeamio/rumqtt#1014, #1056: identifiers come round to one that is still in flight; the client stops, stays
    /// stopped after a reconnect, and sends pings for ever. The seed: the identifier wraps to zero and to those in use.
    /// </summary>
    [Fact]
    [Spec("3.1.1", "MQTT-2.3.1-1", "MQTT-2.3.1-2")]
    public async Task Identifier_StillInFlightWhenItsTurnComesAgain_IsSkippedAndStopsNothing()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var held = broker.Faults.DropSent(MqttPacketType.PubAck);
        var options = new MqttClientOptions { Server = broker.Server, ClientId = "c", CleanSession = false };
        await using var client = new MqttClient(options with { MaxInFlight = 4 }, jitter: new NoDelay());
        await client.ConnectAsync();
        var first = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        await broker.WaitForAsync(() => held.StruckCount == 1);

        for (var i = 0; i < 2_200; i++)
        {
            // More than twice the range.
            await client.PublishAsync("t", default, MqttQos.AtLeastOnce);
        }

        Assert.False(first.IsCompleted);
        broker.Faults.CutConnections();
        await first.WaitAsync(ScriptedPeer.Deadline);
        await client.PublishAsync("t", default, MqttQos.AtLeastOnce);
        Assert.Equal("", Torture.Insides.Leftovers(client));
    }

    /// <summary>
    /// dotnet/MQTTnet#1795, #1670, LabOverWire/mqtt-lib#142 (no flow control), eclipse-mosquitto/mosquitto#1822
    /// (exceeded after a reconnect). The broker ends a connection that has one publication too many.
    /// </summary>
    [Theory]
    [InlineData(MqttPacketType.Publish)]
    [InlineData(MqttPacketType.PubRel)]
    [Spec("5.0", "MQTT-3.3.4-7", "MQTT-4.9.0-1")]
    public async Task ReceiveMaximum_OfTheServer_IsKeptAlsoAfterReconnects(MqttPacketType cutAt)
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { ReceiveMaximum = 2 });
        for (var after = 1; after < 20; after += 3)
        {
            broker.Faults.OnReceived(cutAt).After(after).CutAfter();
        }

        await using var client = new MqttClient(
            new MqttClientOptions
            {
                Server = broker.Server,
                ClientId = "c",
                CleanSession = false,
                Version = MqttProtocolVersion.V50,
            },
            jitter: new NoDelay());
        await client.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => client.PublishAsync(
            "t", new[] { (byte)i }, i % 2 == 0 ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce).AsTask()))
            .WaitAsync(ScriptedPeer.Deadline);

        Assert.InRange(broker.ConnectionCount, 3, 20);
        Assert.Equal(0, broker.CountSent(MqttPacketType.Disconnect)); // Never exceeded.
        var numbers = broker.Received.Select(static message => (int)message.Payload.Span[0]).ToList();
        Assert.Equal(Enumerable.Range(0, 40), numbers.Distinct());
        Assert.Equal(20, numbers.Count(static number => number % 2 == 0)); // QoS 2 once each.
    }

    /// <summary>
    /// Seen in HiveMQ's source: a reconnect to a lost session clears the list of subscriptions and does not subscribe;
    /// its publications under way are forgotten and their tasks never end. The seed restores neither.
    /// </summary>
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Session_ThatTheServerForgot_IsSubscribedAnewAndItsPublicationsEnd(MqttProtocolVersion version)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var inbox = new Torture.Inbox();
        await using var client = new MqttClient(
            new MqttClientOptions { Server = broker.Server, ClientId = "c", CleanSession = false, Version = version },
            inbox,
            jitter: new NoDelay());
        await client.ConnectAsync();
        await client.SubscribeAsync([new("in/#", MqttQos.AtLeastOnce)]);
        broker.Faults.OnReceived(MqttPacketType.Publish).Times(2).Drop();
        var least = client.PublishAsync("out", new byte[4], MqttQos.AtLeastOnce).AsTask();
        var exact = client.PublishAsync("out", new byte[4], MqttQos.ExactlyOnce).AsTask();
        await broker.WaitForAsync(() => broker.CountReceived(MqttPacketType.Publish) == 2);

        broker.ForgetSession("c");

        await least.WaitAsync(ScriptedPeer.Deadline);
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => exact.WaitAsync(ScriptedPeer.Deadline));
        var heard = inbox.NextChangeAsync();
        broker.Publish("in/x", new byte[4], MqttQos.AtLeastOnce);
        await heard.WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal("in/x", Assert.Single(inbox.Messages).Topic);
    }

    /// <summary>
    /// bytebeamio/rumqtt#1014 once more: every Packet Identifier is in flight when the server forgets the session, and
    /// the renewal of the subscriptions needs one, too.
    /// </summary>
    [Fact]
    public async Task Session_ThatTheServerForgotWithTheWindowFull_IsSubscribedAnew()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { MaxKeptPackets = 100 });
        var options = new MqttClientOptions
        {
            Server = broker.Server,
            ClientId = "c",
            CleanSession = false,
            MaxInFlight = ushort.MaxValue,
        };
        var inbox = new Torture.Inbox();
        await using var client = new MqttClient(options, inbox, jitter: new NoDelay());
        await client.ConnectAsync();
        await client.SubscribeAsync([new("in", MqttQos.AtLeastOnce)]);
        var held = broker.Faults.OnReceived(MqttPacketType.Publish).Always();
        held.Drop();
        var publishing = Enumerable.Range(0, ushort.MaxValue + 10)
            .Select(_ => client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask()).ToArray();
        await broker.WaitForAsync(() => held.StruckCount >= 64_512);

        held.Remove();
        broker.ForgetSession("c");

        await Task.WhenAll(publishing).WaitAsync(ScriptedPeer.Deadline);
        var heard = inbox.NextChangeAsync();
        broker.Publish("in", new byte[4], MqttQos.AtLeastOnce);
        await heard.WaitAsync(ScriptedPeer.Deadline);
    }

    /// <summary>dotnet/MQTTnet#765: the disposal of a client that has much under way.</summary>
    [Fact]
    public async Task Dispose_WithTheWindowFull_EndsEveryCall()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { MaxKeptPackets = 100 });
        var options = new MqttClientOptions { Server = broker.Server, MaxInFlight = ushort.MaxValue };
        var held = broker.Faults.OnReceived(MqttPacketType.Publish).Always();
        held.Drop();
        var client = new MqttClient(options);
        await client.ConnectAsync();
        var publishing = Enumerable.Range(0, ushort.MaxValue + 10)
            .Select(_ => client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask()).ToArray();
        await broker.WaitForAsync(() => held.StruckCount == 64_512); // The others wait.

        await client.DisposeAsync();

        await Task.WhenAll(publishing).ContinueWith(
            static _ => { }, TaskScheduler.Default).WaitAsync(ScriptedPeer.Deadline);
        Assert.All(publishing, static one => Assert.IsType<MqttConnectionLostException>(
            one.Exception?.InnerException));
    }

    /// <summary>
    /// Seen in MQTT.js's source: a constant second between tries, so that a fleet comes back in one storm. The seed: no
    /// delay at all after a refusal.
    /// </summary>
    [Fact]
    public void Backoff_OfManyClients_SpreadsAndGrowsToItsCap() => Seed.Run(random =>
    {
        var options = new MqttReconnectOptions
        {
            InitialDelay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromSeconds(30),
        };
        var lost = new MqttConnectionLostException("The server closed the connection.");
        var fleet = Enumerable.Range(0, 1_000).Select(_ => new Backoff(options, random)).ToList();
        foreach (var bound in Bounds)
        {
            var delays = fleet.ConvertAll(backoff => backoff.Next(lost).TotalSeconds);

            Assert.InRange(delays.Max(), 0.9 * bound, bound);
            Assert.InRange(delays.Min(), 0, 0.1 * bound);
            var perTenth = delays.GroupBy(delay => (int)(delay / bound * 10)).Select(static group => group.Count());
            Assert.InRange(perTenth.Max(), 100, 200); // Of 1,000: no storm in any tenth.
        }
    });
}
