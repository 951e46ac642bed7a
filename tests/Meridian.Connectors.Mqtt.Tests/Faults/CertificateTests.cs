using System.Security.Cryptography.X509Certificates;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Fixtures;
using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>Certificates of mosquitto that nobody should trust, until its operator has renewed them.</summary>
public sealed class CertificateTests
{
    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Certificate_OfAStranger_NamesTheFileOfAuthorities(Side side)
    {
        using var stranger = new TestAuthority("Other Plant");

        await RenewAsync(
            side,
            _ => stranger.Server("localhost"),
            "nobody who is trusted vouches for 'CN=Other Plant'; put the certificate of its authority into "
                + "settings.tls.caFile");
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Authority_Exchanged_IsTakenFromItsFileWithoutARestart(Side side)
    {
        using var folder = new TempFolder();
        using var next = new TestAuthority("Next Authority");
        using var listeners = new MosquittoListeners();
        await using var mosquitto = await MosquittoServer.StartAsync(
            new MosquittoServerOptions { Listeners = listeners });
        File.Copy(listeners.AuthorityFile, folder.At("ca.pem"));
        await using var plant = await Plant.StartAsync(
            side, Trusting(side, listeners, folder.At("ca.pem")), new MosquittoPeer(mosquitto));
        await plant.UntilRunningAsync();

        listeners.Show(next.Server("localhost"));
        await mosquitto.RestartAsync();
        await plant.UntilRetryingAsync("nobody who is trusted vouches for 'CN=Next Authority'", "settings.tls.caFile");
        await File.WriteAllTextAsync(folder.At("ca.pem"), "half a file");
        await plant.UntilRetryingAsync(
            "settings.tls.caFile failed", $"The authorities' file '{folder.At("ca.pem")}' (tls.caFile) cannot be used");
        await File.WriteAllTextAsync(folder.At("ca.pem"), next.Root.ExportCertificatePem());

        await plant.CarryAsync();
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public Task Certificate_OfAnotherName_NamesBoth(Side side) => RenewAsync(
        side,
        static listeners => listeners.Issue("elsewhere.example"),
        "it is made for 'elsewhere.example', not for 'localhost'; connect by a name that it has, or set "
            + "settings.tls.serverName to one");

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public Task Certificate_PastItsEnd_SaysSince(Side side) => RenewAsync(
        side,
        static listeners => listeners.IssueExpired("localhost"),
        $"'CN=server' expired on {TestAuthority.Now - TimeSpan.FromDays(1):yyyy-MM-dd}");

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Tls_WhereTheBrokerHasNone_IsNamedAsWhatMayBe(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var plant = await Plant.StartAsync(
            side, mosquitto, static settings => settings with { Transport = MqttTransport.Tls });

        await plant.UntilRetryingAsync(
            $"There is no connection to broker 127.0.0.1:{mosquitto.Port}: it closed the connection in the TLS "
                + "handshake",
            "if it speaks without TLS there, check the port, or set settings.transport to tcp or webSocket",
            "if it wants a client certificate, set settings.tls.certificateFile");
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Tls_MissingWhereTheBrokerWantsIt_IsNamed(Side side)
    {
        using var listeners = new MosquittoListeners();
        await using var mosquitto = await MosquittoServer.StartAsync(
            new MosquittoServerOptions { Listeners = listeners });
        await using var plant = await Plant.StartAsync(
            side, IPlantPeer.SettingsOf(side, listeners.Tls.Port), new MosquittoPeer(mosquitto));

        await plant.UntilRetryingAsync(
            $"127.0.0.1:{listeners.Tls.Port}",
            "set settings.transport to tls");
    }

    private static async Task RenewAsync(Side side, Func<MosquittoListeners, X509Certificate2> issue, string words)
    {
        using var listeners = new MosquittoListeners();
        listeners.Show(issue(listeners));
        await using var mosquitto = await MosquittoServer.StartAsync(
            new MosquittoServerOptions { Listeners = listeners });
        await using var plant = await Plant.StartAsync(
            side, Trusting(side, listeners, listeners.AuthorityFile), new MosquittoPeer(mosquitto));

        await plant.UntilRetryingAsync(
            $"Broker localhost:{listeners.Tls.Port} and this gateway do not trust each other: ", words);
        listeners.Show(listeners.Issue("localhost"));
        await mosquitto.RestartAsync();

        await plant.CarryAsync();
    }

    private static MqttConnectionSettings Trusting(Side side, MosquittoListeners listeners, string caFile) =>
        IPlantPeer.SettingsOf(side, listeners.Tls.Port) with
        {
            Host = "localhost",
            Transport = MqttTransport.Tls,
            Tls = new MqttTlsSettings { CaFile = caFile },
        };
}
