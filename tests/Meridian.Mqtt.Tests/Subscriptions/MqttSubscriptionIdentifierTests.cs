using Meridian.Mqtt.Subscriptions;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>A session outlives processes, so a filter has one number in all of them.</summary>
public sealed class MqttSubscriptionIdentifierTests
{
    // Two filters of one number, found by trying.
    private const string Twin = "f98923";
    private const string OtherTwin = "f101682";

    [Fact]
    public void Identifiers_AreThoseOfAllVersionsOfThisLibrary()
    {
        Assert.Equal(186_961_991u, MqttSubscriptionIdentifier.Of("a"));
        Assert.Equal(130_572_134u, MqttSubscriptionIdentifier.Of("#"));
        Assert.Equal(MqttSubscriptionIdentifier.Of(Twin), MqttSubscriptionIdentifier.Of(OtherTwin));
        Assert.All(
            Enumerable.Range(0, 10_000),
            static i => Assert.InRange(
                MqttSubscriptionIdentifier.Of($"plant/{i}/ä"), 1u, MqttSubscriptionIdentifier.Max));
        Assert.Equal(1u, MqttSubscriptionIdentifier.Next(MqttSubscriptionIdentifier.Max));
    }

    [Fact]
    public async Task Streams_MadeInAnotherOrder_HaveTheSameIdentifiers()
    {
        await using var peer = new ScriptedPeer();
        await MakeAsync(peer, "a", "b");
        await MakeAsync(peer, "b", "a");
    }

    [Fact]
    public async Task Twins_GetTwoNumbersAndEachItsMessages()
    {
        var routes = new SubscriptionRoutes();
        await using var client = new MqttClient(new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", 1) });
        await using var first = client.DeclareSubscription(Twin);
        await using var second = client.DeclareSubscription(OtherTwin);

        Assert.Equal(MqttSubscriptionIdentifier.Of(Twin), routes.Add(first));
        Assert.Equal(MqttSubscriptionIdentifier.Of(Twin) + 1, routes.Add(second));

        // In an earlier process of the session they had them the other way round.
        Assert.Same(second, Assert.Single(Found(routes, OtherTwin, MqttSubscriptionIdentifier.Of(Twin))));
        Assert.Same(first, Assert.Single(Found(routes, Twin, MqttSubscriptionIdentifier.Of(Twin) + 1)));
        Assert.True(routes.Remove(first));
        Assert.Equal(MqttSubscriptionIdentifier.Of(Twin), routes.Add(first));
    }

    private static async Task MakeAsync(ScriptedPeer peer, params string[] filters)
    {
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 });
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        for (var i = 0; i < filters.Length; i++)
        {
            _ = client.DeclareSubscription(filters[i]);
            await connection.ExpectAsync(StreamPeer.SubscribePacket5(filters[i], i + 1));
        }

        await client.DisconnectAsync();
    }

    private static List<MqttSubscription> Found(SubscriptionRoutes routes, string topic, uint identifier)
    {
        var found = new List<MqttSubscription>();
        routes.Find(
            new() { Topic = topic, Payload = default, SubscriptionIdentifier = identifier },
            hasIdentifiers: true,
            hasReceiver: true,
            found);
        return found;
    }
}
