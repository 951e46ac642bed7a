using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>What the tests of streams do with a scripted peer and with streams again and again.</summary>
internal static class StreamPeer
{
    public const string ConnAck = "20020000";
    public const string ConnAckResumed = "20020100";
    public const string ConnAck5 = "2003000000";

    public static async Task<PeerConnection> ConnectAsync(
        this ScriptedPeer peer, MqttClient client, string connAck = ConnAck)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync(connAck);
        await connecting;
        return connection;
    }

    /// <summary>The client comes back by itself.</summary>
    public static async Task<PeerConnection> ReturnAsync(this ScriptedPeer peer, string connAck)
    {
        var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync(connAck);
        return connection;
    }

    /// <summary>Subscribes at QoS 1, to a filter of one character, in 3.1.1.</summary>
    public static async Task<MqttSubscription> SubscribeAsync(
        this PeerConnection connection,
        MqttClient client,
        string filter,
        int identifier,
        MqttSubscriptionOptions? options = null)
    {
        var subscribing = client.SubscribeAsync(filter, MqttQos.AtLeastOnce, options);
        await connection.ExpectAsync($"8206{identifier:X4}0001{(int)filter[0]:X2}01");
        await connection.SendAsync($"9003{identifier:X4}01");
        return await subscribing.WaitAsync(ScriptedPeer.Deadline);
    }

    /// <summary>A PUBLISH of 3.1.1 at QoS 1 without payload, to a topic of one character.</summary>
    public static string Publish(char topic, int identifier) => $"32050001{(int)topic:X2}{identifier:X4}";

    public static async Task<MqttReceivedMessage> NextAsync(this IAsyncEnumerator<MqttReceivedMessage> messages)
    {
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(ScriptedPeer.Deadline));
        return messages.Current;
    }

    public static async Task EndAsync(this IAsyncEnumerator<MqttReceivedMessage> messages) =>
        Assert.False(await messages.MoveNextAsync().AsTask().WaitAsync(ScriptedPeer.Deadline));
}
