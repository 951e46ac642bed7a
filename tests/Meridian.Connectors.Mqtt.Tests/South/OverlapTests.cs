using System.Text;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests.South;

/// <summary>Items whose filters overlap, and shared subscriptions, on brokers that nobody here wrote.</summary>
public sealed class OverlapTests
{
    [Theory]
    [InlineData("mosquitto")]
    [InlineData("ejabberd")]
    public async Task Filters_ThatOverlap_GiveEachItemItsCopy(string broker)
    {
        await using var server = await StartAsync(broker);
        var context = new TestContext();
        var south = new MqttSouth(context, SettingsOf(server));
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync(
            [
                Item("all", "plant/#", "all/{topic}"),
                Item("temperature", "plant/+/temperature", "temperature/{topic[1]}"),
                Item("other", "other/#", "other"),
            ],
            CancellationToken.None);

        await PublishAsync(server, ("plant/a/temperature", "1"), ("plant/a/pressure", "2"), ("other/x", "3"));

        await context.UntilAsync(() => context.Received == 4);
        Assert.Equal(
            ["all/plant/a/pressure=2", "all/plant/a/temperature=1", "other=3", "temperature/a=1"],
            context.Readings.Select(static one => $"{one.Point}={one.Value}").Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(0, context.LetGo);
        await south.DisconnectAsync(CancellationToken.None);
        await south.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Filter_ThatComesToOverlap_GivesTheOthersIdentifiersToo()
    {
        await using var server = await MosquittoServer.StartAsync();
        var context = new TestContext();
        var south = new MqttSouth(context, SettingsOf(server));
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync([Item("all", "plant/#", "all")], CancellationToken.None);
        await PublishAsync(server, ("plant/a", "1"));
        await context.UntilAsync(() => context.Received == 1);

        await south.SubscribeAsync([Item("one", "plant/a", "one")], CancellationToken.None);
        await PublishAsync(server, ("plant/a", "2"));
        await context.UntilAsync(() => context.Received == 3);
        await south.UnsubscribeAsync([Item("one", "plant/a", "one")], CancellationToken.None);
        await PublishAsync(server, ("plant/a", "3"));

        await context.UntilAsync(() => context.Received == 4);
        Assert.Equal(
            ["all=1", "all=2", "all=3", "one=2"],
            context.Readings.Select(static one => $"{one.Point}={one.Value}").Order(StringComparer.Ordinal).ToArray());
        await south.DisconnectAsync(CancellationToken.None);
        await south.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Session_WithWhatWaited_GivesEachItemItsCopyAfterARestart()
    {
        await using var server = await MosquittoServer.StartAsync();
        var items = new[] { Item("all", "plant/#", "all"), Item("one", "plant/a", "one") };
        var before = new MqttSouth(new TestContext(), SettingsOf(server));
        await before.ConnectAsync(CancellationToken.None);
        await before.SubscribeAsync(items, CancellationToken.None);
        await before.DisconnectAsync(CancellationToken.None);
        await before.StopAsync(CancellationToken.None);
        await PublishAsync(server, ("plant/a", "7"));

        var context = new TestContext();
        var south = new MqttSouth(context, SettingsOf(server));
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync([items[1], items[0]], CancellationToken.None);

        await context.UntilAsync(() => context.Received == 2);
        Assert.Equal(
            ["all", "one"], context.Readings.Select(static one => one.Point).Order(StringComparer.Ordinal).ToArray());
        await south.DisconnectAsync(CancellationToken.None);
        await south.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task SharedSubscription_OfTwoSouths_GivesEachMessageToOneOfThem()
    {
        const int Messages = 200;
        await using var server = await MosquittoServer.StartAsync();
        var contexts = new[] { new TestContext("a"), new TestContext("b") };
        var souths = new List<MqttSouth>();
        foreach (var context in contexts)
        {
            var south = new MqttSouth(context, SettingsOf(server) with { ClientId = $"gateway-{context.Name}" });
            souths.Add(south);
            await south.ConnectAsync(CancellationToken.None);
            await south.SubscribeAsync([Item("work", "$share/line/work/#", "{topic}")], CancellationToken.None);
        }

        await PublishAsync(server, [.. Enumerable.Range(0, Messages).Select(static n => ($"work/{n}", "1"))]);

        await contexts[0].UntilAsync(() => contexts[0].Received > 0);
        await contexts[1].UntilAsync(() => contexts[0].Received + contexts[1].Received == Messages);
        Assert.Equal(
            Messages,
            contexts.SelectMany(static one => one.Readings).Select(static one => one.Point)
                .Distinct(StringComparer.Ordinal).Count());
        foreach (var south in souths)
        {
            await south.DisconnectAsync(CancellationToken.None);
            await south.StopAsync(CancellationToken.None);
        }
    }

    private static Item Item(string name, string topic, string point) =>
        new(name, new MqttItemSettings { Topic = topic, Point = point });

    private static async Task<IBrokerServer> StartAsync(string broker) => broker switch
    {
        "ejabberd" => await EjabberdServer.StartAsync(),
        _ => await MosquittoServer.StartAsync(),
    };

    private static MqttSouthSettings SettingsOf(IBrokerServer server) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        ClientId = "gateway",
        Version = MqttVersion.V5,
        UserName = server is EjabberdServer ? EjabberdServer.UserName : null,
        Password = server is EjabberdServer ? new(EjabberdServer.Password) : null,
    };

    private static async Task PublishAsync(IBrokerServer server, params (string Topic, string Payload)[] messages)
    {
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1", server.Port),
            UserName = server is EjabberdServer ? EjabberdServer.UserName : null,
            Password = server is EjabberdServer ? Encoding.UTF8.GetBytes(EjabberdServer.Password) : default,
        });
        await client.ConnectAsync();
        foreach (var (topic, payload) in messages)
        {
            await client.PublishAsync(topic, Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce);
        }

        await client.DisconnectAsync();
    }
}
