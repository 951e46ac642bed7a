using System.Security.Cryptography.X509Certificates;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Engine.Quarantine;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A broker that repeats the password in its own words: nowhere is it to be read.</summary>
public sealed class SecretTests
{
    private const string Said = "gateway with s3cret may not say that";
    private const string Shown = "gateway with *** may not say that";

    // As brokers write what they log: the password stands next to a letter.
    private const string SaidEscaped = "gateway%3As3cret may not say that";
    private const string ShownEscaped = "gateway%3A*** may not say that";

    private static Item Host => new(
        "plant",
        new MqttItemSettings
        {
            Topic = "spBv1.0/Plant1/#",
            Payload = new MqttPayloadSettings { Format = MqttPayloadFormat.SparkplugB },
        });

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

        broker.Faults.RefusePublications(refused, MqttReasonCode.PayloadFormatInvalid, SaidEscaped);
        await plant.GiveAsync(1);
        IReadOnlyList<QuarantinedDatum> quarantine = [];
        await Deadline.UntilAsync(
            async () => (quarantine = await plant.ReadQuarantineAsync()).Count > 0, "it is in the quarantine");

        Assert.EndsWith(ShownEscaped, Assert.Single(quarantine).Reason, StringComparison.Ordinal);
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

    [Fact]
    public async Task Log_OfAHostThatIsNotTold_HasTheBrokersWordsWithoutThePassword()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.RefusePublications("spBv1.0/STATE/#", MqttReasonCode.NotAuthorized, SaidEscaped);
        using var log = new LogLines();
        await using var context = new TestSouthContext(new TestContextOptions { Name = "s", Loggers = log });
        var south = new MqttSouth(context, (MqttSouthSettings)IPlantPeer.SettingsOf(Side.South, broker.Port) with
        {
            Version = MqttVersion.V5,
            UserName = "gateway",
            Password = new Secret("s3cret"),
            Sparkplug = new MqttSparkplugSettings { HostId = "scada" },
        });
        await south.ConnectAsync(CancellationToken.None);

        await south.SubscribeAsync([Host], CancellationToken.None);

        await Deadline.UntilAsync(() => log.Warnings.Any(IsOfTheHost), "the log says that edge nodes were not told");
        Assert.EndsWith(ShownEscaped, log.Warnings.First(IsOfTheHost), StringComparison.Ordinal);
        await south.DisconnectAsync(CancellationToken.None);
        await south.StopAsync(CancellationToken.None);
    }

    /// <summary>What this gateway says of a user, and what the client lets through of a broker's words.</summary>
    [Theory]
    [InlineData("gateway1", false, "gateway1", "gateway1")]
    [InlineData("gateway12", false, "gat***", "***")]
    [InlineData("gateway12", true, "gateway12", "gateway12")]
    public async Task User_IsNoTokenForBoth_WhenShortOrBesideACertificate(
        string user, bool hasCertificate, string shown, string shownByBroker)
    {
        using var folder = new TempFolder();
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { Tls = new MqttTestTlsOptions { WantsClientCertificate = true } });
        await File.WriteAllTextAsync(folder.At("ca.pem"), broker.Certificates.Authority.ExportCertificatePem());
        var own = broker.Certificates.CreateClient("press-7");
        using var key = own.GetECDsaPrivateKey()!; // It was made with one.
        await File.WriteAllTextAsync(
            folder.At("own.pem"), $"{own.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}");
        broker.Faults.RefuseConnects(MqttReasonCode.NotAuthorized, reasonString: $"nobody knows {user}");

        var fault = await Tried.FaultAsync(
            Side.North,
            IPlantPeer.SettingsOf(Side.North, broker.PortOf(MqttTransport.Tls)) with
            {
                ConnectTimeout = TimeSpan.FromSeconds(10),
                Version = MqttVersion.V5,
                Transport = MqttTransport.Tls,
                UserName = user,
                Tls = new MqttTlsSettings
                {
                    CaFile = folder.At("ca.pem"),
                    CertificateFile = hasCertificate ? folder.At("own.pem") : null,
                },
            });

        Assert.Contains($"refuses the credentials of user '{shown}' (", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith($"It says: nobody knows {shownByBroker}", fault.Message, StringComparison.Ordinal);
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

    private static bool IsOfTheHost(string line) =>
        line.Contains("could not tell edge nodes", StringComparison.Ordinal);
}
