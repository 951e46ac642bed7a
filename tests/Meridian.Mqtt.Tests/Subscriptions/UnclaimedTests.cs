using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>Messages for which there is neither a stream nor a receiver.</summary>
public sealed class UnclaimedTests
{
    [Fact]
    public async Task Message_ThatNobodyTakes_IsAcknowledgedCountedAndLoggedOncePerConnection()
    {
        await using var peer = new ScriptedPeer();
        var log = new LogRecorder();
        await using var client = new MqttClient(
            peer.Options with { CleanSession = false, AcknowledgeMode = MqttAcknowledgeMode.ByApplication },
            logger: log);
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAckResumed);

        await connection.SendAsync(
            StreamPeer.Publish('a', 1) + StreamPeer.Publish('b', 2) + "34050001630003" + "3003000164");
        await connection.ExpectAsync("40020001", "40020002", "50020003");
        await connection.SendAsync("62020003");
        await connection.ExpectAsync("70020003");

        Assert.Equal(4, client.UnclaimedCount);
        Assert.Contains("'a'", await log.NextAsync(EventIds.Unclaimed), StringComparison.Ordinal);
        Assert.Equal(0, log.Count);
    }

    [Fact]
    public async Task Message_ThatAStreamOrTheReceiverTakes_IsNotCounted()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await peer.ConnectAsync(client);
        await using var stream = await connection.SubscribeAsync(client, "a", 1);

        await connection.SendAsync(StreamPeer.Publish('a', 1) + StreamPeer.Publish('b', 2));
        await connection.ExpectAsync("40020001", "40020002");

        Assert.Equal(0, client.UnclaimedCount);
        await client.DisconnectAsync();
    }
}
