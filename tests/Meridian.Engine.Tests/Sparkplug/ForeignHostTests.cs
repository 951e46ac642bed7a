using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Configuration;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Engine.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk;

namespace Meridian.Engine.Tests.Sparkplug;

/// <summary>A host application that nobody here wrote sees our North, which waits for it.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "DisposeAsync ends them.")]
public sealed class ForeignHostTests : IAsyncLifetime
{
    private TestGateway _gateway = null!; // InitializeAsync sets it before any test.
    private MosquittoServer _mosquitto = null!; // as the gateway
    private NodeSparkplugPeer _host = null!; // as the gateway

    public async Task InitializeAsync()
    {
        _gateway = new TestGateway(TimeSpan.FromMinutes(1));
        _mosquitto = await MosquittoServer.StartAsync();
        _host = await NodeSparkplugPeer.StartHostAsync(_mosquitto.Port, "plant", "scada");
        _gateway.Config = new MeridianConfig { Souths = [_gateway.South.Config("s")], Norths = [North()] };
        await _gateway.RunAsync();
        await _mosquitto.WaitUntilSubscribedAsync("edge", "spBv1.0/STATE/scada");
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _host.DisposeAsync();
        await _mosquitto.DisposeAsync();
    }

    [Fact]
    public async Task Host_ComesAndAsksAndGoes_HasBirthsAndAllDataByNameAndNothingIsLost()
    {
        await _gateway.GiveAsync(3);
        await _gateway.UntilLaterAsync(() => _gateway.NorthState().Reason is { } problem
            && problem.Contains("Primary host 'scada' is not online", StringComparison.Ordinal));
        Assert.Equal(3, _gateway.Account.Waiting);
        Assert.Equal(["connected"], _host.Lines, StringComparer.Ordinal);

        await _host.TellAsync("online", "told online");
        await _gateway.UntilLaterAsync(() => _gateway.Account.Delivered == 3);
        await UntilSeenAsync(3);
        await _gateway.GiveAsync(2);
        await _gateway.UntilLaterAsync(() => _gateway.Account.Delivered == 5);
        await UntilSeenAsync(5);
        Assert.DoesNotContain(_host.Lines, static line => line.Contains("unborn", StringComparison.Ordinal));

        var births = BirthCount;
        await _host.TellAsync("ask node", "asked node");
        await Deadline.UntilAsync(() => BirthCount == births + 1, "the births that were asked for");

        await _host.TellAsync("offline", "told offline");
        await _host.WaitForAsync("NDEATH node");
        await _gateway.GiveAsync(4);
        Assert.Equal(4, _gateway.Account.Waiting);
        await _host.TellAsync("online", "told online");
        await _gateway.UntilLaterAsync(() => _gateway.Account.Delivered == 9);
        await UntilSeenAsync(9);
        Assert.True(_gateway.Account.IsBalanced);
    }

    private int BirthCount => _host.Lines.Count(
        static line => line.StartsWith("NBIRTH node seq=0 bdSeq=", StringComparison.Ordinal));

    /// <summary>Each of the numbers from 0 was seen by the name of its point.</summary>
    private Task UntilSeenAsync(int count) => Deadline.UntilAsync(
        () => Enumerable.Range(0, count).All(number =>
            _host.Lines.Any(line => line.EndsWith(
                string.Create(CultureInfo.InvariantCulture, $" p={number}"), StringComparison.Ordinal))),
        $"the numbers up to {count} in:\n{string.Join('\n', _host.Lines)}");

    private NorthConfig North() => new()
    {
        Name = "scada",
        Manifest = MqttConnectors.Manifests.OfType<NorthManifest>().Single(),

        // The gateway's clock runs far faster than the broker's when a test waits.
        Settings = new MqttNorthSettings
        {
            Host = "127.0.0.1",
            Port = _mosquitto.Port,
            ClientId = "edge",
            Format = MqttNorthFormat.SparkplugB,
            KeepAlive = TimeSpan.FromHours(10),
            ConnectTimeout = TimeSpan.FromMinutes(10),
            AcknowledgementTimeout = TimeSpan.FromMinutes(10),
            Sparkplug = new SparkplugNorthSettings
            {
                Group = "plant",
                Node = "node",
                PrimaryHost = "scada",
                RepeatsTypes = true, // Without them the foreign host reads no values.
            },
        },
    };
}
