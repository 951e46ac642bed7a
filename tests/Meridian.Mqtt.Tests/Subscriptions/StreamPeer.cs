using System.Globalization;
using System.Text;
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

    /// <summary>Subscribes at QoS 1 in 5.0, where SUBSCRIBE has the identifier of its filter.</summary>
    public static async Task<MqttSubscription> Subscribe5Async(
        this PeerConnection connection, MqttClient client, string filter, int identifier)
    {
        var subscribing = client.SubscribeAsync(filter);
        await connection.ExpectAsync(SubscribePacket5(filter, identifier));
        await connection.SendAsync($"9004{identifier:X4}0001");
        return await subscribing.WaitAsync(ScriptedPeer.Deadline);
    }

    /// <summary>The Subscription Identifier property of a filter, as a PUBLISH or SUBSCRIBE has it.</summary>
    public static string IdentifierOf(string filter)
    {
        var rest = MqttSubscriptionIdentifier.Of(filter);
        var hex = new StringBuilder("0B");
        do
        {
            hex.Append(CultureInfo.InvariantCulture, $"{(rest & 0x7F) | (rest > 0x7F ? 0x80u : 0):X2}");
            rest >>= 7;
        }
        while (rest > 0);

        return hex.ToString();
    }

    /// <summary>A SUBSCRIBE of 5.0 with the identifier of its filter.</summary>
    public static string SubscribePacket5(string filter, int identifier, string options = "01") => Packet(
        "82",
        $"{identifier:X4}" + WithLength(IdentifierOf(filter)) + Text(filter) + options);

    /// <summary>A PUBLISH of 5.0 at QoS 0, of the subscriptions to these filters.</summary>
    public static string PublishPacket5(string topic, string payload, params string[] filters) => Packet(
        "30", Text(topic) + WithLength(string.Concat(filters.Select(IdentifierOf))) + payload);

    private static string Packet(string type, string body) => type + WithLength(body);

    private static string WithLength(string hex) => $"{hex.Length / 2:X2}{hex}";

    private static string Text(string text) =>
        $"{text.Length:X4}{Convert.ToHexString(Encoding.ASCII.GetBytes(text))}";

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
