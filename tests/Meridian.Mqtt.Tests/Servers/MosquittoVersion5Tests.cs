using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Servers;

/// <summary>MQTT 5.0 against a broker that nobody here wrote.</summary>
public sealed class MosquittoVersion5Tests
{
    [Fact]
    public async Task Publish_NobodyListens_IsSaidByTheReasonCode()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MqttClient(Options(server));

        var result = await client.ConnectAsync();
        var published = await client.PublishAsync("nobody", default, MqttQos.AtLeastOnce);

        Assert.Equal(MqttProtocolVersion.V50, result.Version);
        Assert.True(result.TopicAliasMaximum > 0);
        Assert.Equal(MqttReasonCode.NoMatchingSubscribers, published.ReasonCode);
    }

    [Fact]
    public async Task Session_WithAnExpiry_OutlivesItsConnection()
    {
        await using var server = await MosquittoServer.StartAsync();
        var options = Options(server) with { ClientId = "stays", SessionExpiry = TimeSpan.FromMinutes(1) };
        await using (var before = new MqttClient(options))
        {
            await before.ConnectAsync();
            await before.SubscribeAsync([new("t", MqttQos.AtLeastOnce)]);
        }

        await using var after = new MqttClient(options with { CleanSession = false });

        Assert.True((await after.ConnectAsync()).IsSessionPresent);
    }

    [Fact]
    public async Task Session_EndedByDisconnect_IsGone()
    {
        await using var server = await MosquittoServer.StartAsync();
        var options = Options(server) with { ClientId = "goes", CleanSession = false };
        await using (var before = new MqttClient(options))
        {
            await before.ConnectAsync();
            await before.DisconnectAsync(new MqttDisconnectOptions { SessionExpiry = TimeSpan.Zero });
        }

        await using var after = new MqttClient(options);

        Assert.False((await after.ConnectAsync()).IsSessionPresent);
    }

    [Fact]
    public async Task ClientId_LeftToTheServer_IsHeardOf()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MqttClient(Options(server) with { LetServerAssignClientId = true });

        var result = await client.ConnectAsync();

        Assert.NotEmpty(client.ClientId);
        Assert.Equal(client.ClientId, result.AssignedClientId);
    }

    [Fact]
    public async Task Will_AskedForAtDisconnect_IsPublished()
    {
        await using var server = await MosquittoServer.StartAsync();
        var recorder = new Recorder();
        await using var witness = new MqttClient(Options(server), recorder);
        await witness.ConnectAsync();
        Assert.Equal("connected False", await recorder.NextAsync());
        await witness.SubscribeAsync([new("will", MqttQos.AtMostOnce)]);
        var will = new MqttWill
        {
            Topic = "will",
            Payload = "gone"u8.ToArray(),
            Properties = new MqttMessageProperties { ContentType = "text/plain", UserProperties = [new("k", "v")] },
        };
        await using var client = new MqttClient(Options(server) with { Will = will });
        await client.ConnectAsync();

        await client.DisconnectAsync(new MqttDisconnectOptions { SendWill = true });

        Assert.Equal("will=gone q0", await recorder.NextAsync());
    }

    private static MqttClientOptions Options(MosquittoServer server) =>
        server.Options with { Version = MqttProtocolVersion.V50 };
}
