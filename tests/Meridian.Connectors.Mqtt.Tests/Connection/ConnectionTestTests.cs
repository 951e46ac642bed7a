using System.Text.RegularExpressions;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.Tests.Faults;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.Connection;

/// <summary>The facts that a test of the connection gives.</summary>
public sealed partial class ConnectionTestTests
{
    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task TestConnection_ToMosquitto_TellsNameVersionUserTimesAndRights(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync(new MosquittoServerOptions
        {
            Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["gateway"] = "s3cret" },
        });

        var facts = await FactsAsync(side, IPlantPeer.SettingsOf(side, mosquitto.Port) with
        {
            UserName = "gateway",
            Password = new Secret("s3cret"),
            KeepAlive = TimeSpan.FromSeconds(15),
        });

        Assert.Equal($"127.0.0.1:{mosquitto.Port}", facts["Broker"]);
        Assert.Matches("^mosquitto version [0-9.]+$", facts["Software"]);
        Assert.Equal("MQTT 3.1.1", facts["Protocol"]);
        Assert.Equal("none", facts["Encryption"]);
        Assert.Equal("'gateway', accepted", facts["User"]);
        Assert.Equal("15 s", facts["Keep-alive"]);
        Assert.Matches(Milliseconds(), facts["Connected within"]);
        Assert.Matches(Milliseconds(), facts["Round trip"]);
        Assert.Equal("allowed", facts["Subscribing"]);
        Assert.Equal(
            $"meridian-{Environment.MachineName}-{(side == Side.South ? "south" : "north")}-test",
            facts["Client identifier when it runs"]);
        Assert.DoesNotContain(facts.Values, static fact => fact.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task TestConnection_ToABrokerOf5_TellsItsLimits(Side side)
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            ServerKeepAlive = TimeSpan.FromSeconds(42),
            MaxPacketBytes = 65_536,
            MaximumQos = MqttQos.AtLeastOnce,
            IsRetainAvailable = false,
            IsSharedSubscriptionAvailable = false,
            ReceiveMaximum = 20,
        });

        var facts = await FactsAsync(
            side, IPlantPeer.SettingsOf(side, broker.Port) with { Version = MqttVersion.Newest });

        Assert.Equal("the broker does not tell", facts["Software"]);
        Assert.Equal("MQTT 5.0", facts["Protocol"]);
        Assert.Equal("none", facts["User"]);
        Assert.Equal("42 s, the broker demands it", facts["Keep-alive"]);
        Assert.Equal("65536 bytes", facts["Largest packet"]);
        (string, string)[] own = side == Side.South
            ?
            [
                ("Wildcards", "available"), ("Subscription identifiers", "available"),
                ("Shared subscriptions", "not available"),
            ]
            : [("Highest QoS", "1"), ("Retained messages", "not available"), ("On their way at once", "20 messages")];
        Assert.All(own, fact => Assert.Equal(fact.Item2, facts[fact.Item1]));
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task TestConnection_WithTls_TellsSo(Side side)
    {
        using var listeners = new MosquittoListeners();
        await using var mosquitto = await MosquittoServer.StartAsync(
            new MosquittoServerOptions { Listeners = listeners });

        var facts = await FactsAsync(side, IPlantPeer.SettingsOf(side, listeners.Tls.Port) with
        {
            Host = "localhost",
            Transport = MqttTransport.Tls,
            Tls = new MqttTlsSettings { CaFile = listeners.AuthorityFile },
        });

        Assert.Equal("TLS", facts["Encryption"]);
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task TestConnection_WhereTheBrokerEndsItForAskingItsName_StillTellsTheRest(Side side)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.OnReceived(MqttPacketType.Subscribe).After(1).Cut();

        var facts = await FactsAsync(side, IPlantPeer.SettingsOf(side, broker.Port));

        Assert.Equal("the broker does not tell", facts["Software"]);
        Assert.Equal("allowed", facts["Subscribing"]);
    }

    private static async Task<Dictionary<string, string>> FactsAsync(Side side, MqttConnectionSettings settings) =>
        (await Tried.FactsAsync(side, settings))
            .ToDictionary(static fact => fact.Key, static fact => fact.Value, StringComparer.Ordinal);

    [GeneratedRegex("^[0-9]+\\.[0-9] ms$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Milliseconds();
}
