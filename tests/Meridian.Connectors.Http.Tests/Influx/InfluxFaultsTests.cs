using Meridian.Connectors.Http.Client;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Http.Tests.Influx;

/// <summary>What goes wrong between here and a real InfluxDB 1.6, in words; it goes on by itself and is there once.
/// </summary>
public sealed class InfluxFaultsTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Connect_NameNobodyKnows_SaysSo()
    {
        await using var rig = new InfluxRig();

        var fault = await rig.ConnectFaultAsync(
            InfluxRig.SettingsOf(new Uri("http://no-such-host.invalid:8086"), "plant"));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("the name 'no-such-host.invalid' is not known", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.url", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyListens_SaysRefusedAndDeliversOnceSomebodyDoes()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", (await InfluxRig.ServerAsync()).Port);
        await using var rig = new InfluxRig();
        var database = await InfluxRig.NewDatabaseAsync();
        var north = rig.Make(InfluxRig.SettingsOf(UrlOf(relay), database));
        relay.Vanish();

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(None));
        await north.DisconnectAsync(None);
        relay.Return();
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(InfluxRig.Number(1), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains($"127.0.0.1:{relay.Port} refused the connection", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal([1], await InfluxRig.NumbersAsync(database));
    }

    [Fact]
    public async Task Connect_NeverAnswered_TimesOutAndSaysSo()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", (await InfluxRig.ServerAsync()).Port);
        await using var rig = new InfluxRig();
        var settings = InfluxRig.Hurried(InfluxRig.SettingsOf(UrlOf(relay), await InfluxRig.NewDatabaseAsync()));
        relay.Hold();

        var fault = await rig.ConnectFaultAsync(settings);
        var tested = await Assert.ThrowsAsync<ConnectorException>(
            () => rig.Make(settings).TestConnectionAsync(None));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer in time", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.answerTimeout", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, tested.Message);
    }

    [Fact]
    public async Task HandleValues_LinkHalfOpen_EndsByTimeAndIsThereOnce()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", (await InfluxRig.ServerAsync()).Port);
        await using var rig = new InfluxRig();
        var database = await InfluxRig.NewDatabaseAsync();
        var north = await rig.ConnectAsync(InfluxRig.Hurried(InfluxRig.SettingsOf(UrlOf(relay), database)));
        await north.HandleValuesAsync(InfluxRig.Number(1), None);
        relay.Hold();

        var fault = await InfluxRig.FaultAsync(north, InfluxRig.Number(2));
        await north.DisconnectAsync(None);
        relay.Release();
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(InfluxRig.Number(2), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("nothing for 0.3 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal([1, 2], await InfluxRig.NumbersAsync(database));
    }

    [Fact]
    public async Task Connect_CertificateOfAStranger_SaysWhatToDoAndThenGoesOn()
    {
        using var authority = new TestAuthority("plant");
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("ca.pem"), authority.Root.ExportCertificatePem());
        await using var server = await InfluxServer.StartAsync(authority: authority);
        await server.QueryAsync("CREATE DATABASE plant");
        await using var rig = new InfluxRig();
        var settings = InfluxRig.SettingsOf(server.Url, "plant");
        var trusting = settings with { Tls = new HttpTlsSettings { CaFile = folder.At("ca.pem") } };

        var fault = await rig.ConnectFaultAsync(settings);
        var facts = await rig.FactsAsync(trusting);
        var outcome = await (await rig.ConnectAsync(trusting)).HandleValuesAsync(InfluxRig.Number(1), None);

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("signed by nobody whom this machine trusts", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.tls.caFile", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("TLS", facts["Encryption"], StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
    }

    [Fact]
    public async Task Connect_TlsToAPlainPort_SaysSo()
    {
        await using var rig = new InfluxRig();
        var port = (await InfluxRig.ServerAsync()).Port;

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(new Uri($"https://127.0.0.1:{port}"), "plant"));

        Assert.Contains("does not speak TLS there", fault.Message, StringComparison.Ordinal);
    }

    private static Uri UrlOf(TcpRelay relay) => new($"http://127.0.0.1:{relay.Port}");
}
