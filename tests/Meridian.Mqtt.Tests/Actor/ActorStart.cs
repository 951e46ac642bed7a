using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>Actors that connect to a scripted peer.</summary>
internal static class ActorStart
{
    public const string Accept = "20020000";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public static MqttConnectionOptions Options(ScriptedPeer peer) =>
        new() { Host = "127.0.0.1", Port = peer.Port, ClientId = "c" };

    public static MqttConnectionOptions Retrying(ScriptedPeer peer) =>
        Options(peer) with { RetryConnection = Interval };

    public static MqttConnection Begin(
        MqttConnectionOptions options, NotifyRecorder heard, ManualTime? time = null, Random? random = null) =>
        new(options, heard, logger: null, time, random ?? new NoDelay());

    /// <summary>Accepts the connection of an actor that has begun.</summary>
    public static async Task<PeerConnection> AcceptAsync(
        ScriptedPeer peer, NotifyRecorder heard, bool isSessionPresent = false)
    {
        var accepted = await peer.AcceptAsync(isSessionPresent);
        await heard.ExpectAsync($"connect {isSessionPresent}");
        return accepted;
    }

    /// <summary>Refuses the connection of an actor.</summary>
    public static async Task RefuseAsync(ScriptedPeer peer, string connAck)
    {
        await using var refused = await peer.AcceptAsync();
        Assert.StartsWith("10", await refused.ReadAsync(), StringComparison.Ordinal);
        await refused.SendAsync(connAck);
        await refused.ExpectAsync("");
    }

    public static MqttApplicationMessage Message(string topic, string payload, MqttQos qos = MqttQos.AtMostOnce) =>
        new() { Topic = topic, Payload = System.Text.Encoding.UTF8.GetBytes(payload), Qos = qos };
}
