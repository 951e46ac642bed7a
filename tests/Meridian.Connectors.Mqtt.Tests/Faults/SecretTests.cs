using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Engine.Quarantine;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A broker that repeats the password in its own words: nowhere is it to be read.</summary>
public sealed class SecretTests
{
    private const string Said = "gateway with s3cret may not say that";
    private const string Shown = "gateway with *** may not say that";

    [Theory]
    [InlineData(MqttNorthFormat.Value, "out/#")]
    [InlineData(MqttNorthFormat.SparkplugB, "spBv1.0/g/NDATA/n")]
    public async Task Quarantine_OfWhatTheBrokerNeverTakes_HasItsWordsWithoutThePassword(
        MqttNorthFormat format, string refused)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await using var plant = await Plant.StartAsync(
            Side.North,
            ((MqttNorthSettings)IPlantPeer.SettingsOf(Side.North, broker.Port)) with
            {
                Version = MqttVersion.V5,
                UserName = "gateway",
                Password = new Secret("s3cret"),
                Format = format,
                Sparkplug = format == MqttNorthFormat.SparkplugB
                    ? new SparkplugNorthSettings { Group = "g", Node = "n" } : null,
            },
            format == MqttNorthFormat.SparkplugB ? new SparkplugPeer(broker) : new ScriptedPeer(broker));
        await plant.GiveAsync(10);
        await plant.AllArriveAsync();

        broker.Faults.RefusePublications(refused, MqttReasonCode.PayloadFormatInvalid, Said);
        await plant.GiveAsync(1);
        IReadOnlyList<QuarantinedDatum> quarantine = [];
        await Deadline.UntilAsync(
            async () => (quarantine = await plant.ReadQuarantineAsync()).Count > 0, "it is in the quarantine");

        Assert.EndsWith(Shown, Assert.Single(quarantine).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Fault_OfARefusal_HasThePasswordInNoneOfItsErrors(Side side)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.RefuseConnects(MqttReasonCode.NotAuthorized, reasonString: Said);

        var fault = await Tried.FaultAsync(side, IPlantPeer.SettingsOf(side, broker.Port) with
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            Version = MqttVersion.V5,
            UserName = "gateway",
            Password = new Secret("s3cret"),
        });

        Assert.EndsWith(Shown, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault.ToString(), StringComparison.Ordinal); // With all that led to it.
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Token_InPlaceOfUserAndPassword_IsToldByItsBeginningAlone(Side side)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var settings = IPlantPeer.SettingsOf(side, broker.Port) with
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            Version = MqttVersion.V5,
            UserName = "A1b2C3d4E5f6",
        };

        var facts = await Tried.FactsAsync(side, settings);
        broker.Faults.RefuseConnects(
            MqttReasonCode.NotAuthorized, reasonString: "nobody knows A1b2C3d4E5f6");
        var fault = await Tried.FaultAsync(side, settings);

        Assert.Contains("'A1b***', accepted", facts.Select(static fact => fact.Value), StringComparer.Ordinal);
        Assert.Contains("refuses the credentials of user 'A1b***' (", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("It says: nobody knows ***", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("A1b2C3d4E5f6", fault.ToString(), StringComparison.Ordinal);
    }
}
