using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Subscriptions;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>QoS 2 whose state the application owns.</summary>
public sealed class ReleaseTests
{
    [Fact]
    [Spec("3.1.1", "MQTT-4.3.3-2")]
    public async Task Qos2_OwnedByTheApplication_WaitsForItsTwoWords()
    {
        await using var peer = new ScriptedPeer();
        var owner = new Owner();
        await using var client = new MqttClient(Options(peer), owner);
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAckResumed);
        await connection.SendAsync("34050001610007");
        var (identifier, acknowledgement) = await owner.Messages.NextAsync();
        Assert.Equal(7, identifier);
        await ExpectNothingAsync(client, connection);

        client.Acknowledge(acknowledgement);
        await connection.ExpectAsync("50020007");
        await connection.SendAsync("62020007");
        var release = await owner.Releases.NextAsync();
        Assert.Equal(7, release.PacketIdentifier);
        await ExpectNothingAsync(client, connection);
        client.Acknowledge(release);
        await connection.ExpectAsync("70020007");
        client.Acknowledge(release);
        await ExpectNothingAsync(client, connection);
    }

    [Fact]
    public async Task Qos2_OfAnEarlierProcess_IsNotGivenAgain()
    {
        await using var peer = new ScriptedPeer();
        var owner = new Owner { UnreleasedPacketIdentifiers = [7] };
        await using var client = new MqttClient(Options(peer), owner);
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAckResumed);

        await connection.SendAsync("3C050001610007" + "34050001610008");

        Assert.Equal(8, (await owner.Messages.NextAsync()).Identifier);
        await connection.ExpectAsync("50020007");
        await connection.SendAsync("62020007");
        client.Acknowledge(await owner.Releases.NextAsync());
        await connection.ExpectAsync("70020007");
        await connection.SendAsync("34050001610007");
        Assert.Equal(7, (await owner.Messages.NextAsync()).Identifier); // Another one.
    }

    [Fact]
    public async Task Qos2_SessionLost_AsksNothingAndGivesAll()
    {
        await using var peer = new ScriptedPeer();
        var owner = new Owner { UnreleasedPacketIdentifiers = [7] };
        await using var client = new MqttClient(Options(peer), owner);
        await using var connection = await peer.ConnectAsync(client);

        await connection.SendAsync("34050001610007");

        Assert.Equal(7, (await owner.Messages.NextAsync()).Identifier);
    }

    [Fact]
    public async Task Release_WithoutAnOwner_IsAnsweredAtOnce()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer), recorder);
        await using var connection = await peer.ConnectAsync(client);
        await connection.SendAsync("34050001610007");
        client.Acknowledge(await recorder.NextAcknowledgementAsync());
        await connection.ExpectAsync("50020007");

        await connection.SendAsync("62020007");

        await connection.ExpectAsync("70020007");
    }

    [Fact]
    public async Task Store_ThatThrows_EndsTheTryToConnect()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer), new Owner { UnreleasedPacketIdentifiers = null! });
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync(isSessionPresent: true);

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => connecting);
    }

    private static async Task ExpectNothingAsync(MqttClient client, PeerConnection connection)
    {
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("3003000178");
    }

    private static MqttClientOptions Options(ScriptedPeer peer) => peer.Options with
    {
        CleanSession = false,
        AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
    };

    private sealed class Owner : IMqttReceiver
    {
        public Inbox<(ushort Identifier, MqttAcknowledgement Acknowledgement)> Messages { get; } = new();

        public Inbox<MqttRelease> Releases { get; } = new();

        public IReadOnlyCollection<ushort> UnreleasedPacketIdentifiers
        {
            get => field ?? throw new InvalidOperationException("The store is closed.");
            init;
        } = [];

        public void OnMessage(in MqttMessage message) =>
            Messages.Add((message.PacketIdentifier, message.Acknowledgement));

        public bool OnRelease(in MqttRelease release)
        {
            Releases.Add(release);
            return false;
        }
    }
}
