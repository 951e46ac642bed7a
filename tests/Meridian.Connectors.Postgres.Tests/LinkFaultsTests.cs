using System.Net;
using System.Net.Sockets;
using System.Text;
using Meridian.Connectors.Postgres.North;
using Meridian.Connectors.Postgres.South;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Postgres.Tests;

/// <summary>Certificates and servers that are none, for the South and the North alike.</summary>
public sealed class LinkFaultsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_CertificateOfAnAuthority_IsTrustedOnlyByItsFile(bool isNorth)
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority("plant");
        using var other = new TestAuthority("other");
        await File.WriteAllTextAsync(folder.At("plant.pem"), authority.Root.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("other.pem"), other.Root.ExportCertificatePem());
        await using var server = await PostgresServer.StartAsync(authority.Server("127.0.0.1"));

        await ConnectAsync(isNorth, server.Port, PostgresTls.Verify, folder.At("plant.pem"));
        var stranger = await Assert.ThrowsAsync<ConnectorException>(
            () => ConnectAsync(isNorth, server.Port, PostgresTls.Verify, folder.At("other.pem")));

        Assert.Equal(Fault.Unauthorized, stranger.Fault);
        Assert.Contains("Check the server's certificate", stranger.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_CertificateOfAnotherName_IsRefused(bool isNorth)
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority("plant");
        await File.WriteAllTextAsync(folder.At("plant.pem"), authority.Root.ExportCertificatePem());
        await using var server = await PostgresServer.StartAsync(authority.Server("elsewhere.example"));

        var stranger = await Assert.ThrowsAsync<ConnectorException>(
            () => ConnectAsync(isNorth, server.Port, PostgresTls.Verify, folder.At("plant.pem")));

        Assert.Equal(Fault.Unauthorized, stranger.Fault);
    }

    [Theory]
    [InlineData(true, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", Fault.Unreachable)]
    [InlineData(false, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", Fault.Unreachable)]
    [InlineData(false, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", Fault.Unreachable)]
    [InlineData(true, "R\0\0\0\b\0\0\0\u00FF", Fault.Malformed)]
    [InlineData(false, "R\0\0\0\b\0\0\0\u00FF", Fault.Malformed)]
    public async Task Connect_ServerThatIsNoPostgres_SaysSo(bool isNorth, string answer, Fault fault)
    {
        await using var server = new OtherServer(answer);

        var error = await Assert.ThrowsAsync<ConnectorException>(
            () => ConnectAsync(isNorth, server.Port, PostgresTls.Off, caFile: null));

        Assert.Equal(fault, error.Fault);
        Assert.Contains("settings.port is PostgreSQL's", error.Message, StringComparison.Ordinal);
    }

    private static async Task ConnectAsync(bool isNorth, int port, PostgresTls tls, string? caFile)
    {
        if (isNorth)
        {
            using var context = new TestNorthContext();
            var north = new PostgresNorth(context, new PostgresNorthSettings
            {
                Host = "127.0.0.1",
                Port = port,
                Database = "postgres",
                UserName = PostgresServer.UserName,
                Password = new Secret(PostgresServer.Password),
                Tls = tls,
                CaFile = caFile,
            });
            await north.ConnectAsync(CancellationToken.None);
            await north.DisconnectAsync(CancellationToken.None);
        }
        else
        {
            await using var context = new TestSouthContext();
            var south = new PostgresSouth(context, new PostgresSouthSettings
            {
                Host = "127.0.0.1",
                Port = port,
                Database = "postgres",
                UserName = PostgresServer.UserName,
                Password = new Secret(PostgresServer.Password),
                Tls = tls,
                CaFile = caFile,
            });
            await south.ConnectAsync(CancellationToken.None);
            await south.DisconnectAsync(CancellationToken.None);
        }
    }

    /// <summary>Answers one client with some bytes.</summary>
    private sealed class OtherServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public OtherServer(string answer)
        {
            _listener.Start();
            _serving = ServeAsync(Encoding.Latin1.GetBytes(answer));
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await _serving;
            _listener.Dispose();
        }

        private async Task ServeAsync(byte[] answer)
        {
            using var peer = await _listener.AcceptSocketAsync();
            _ = await peer.ReceiveAsync(new byte[1_000]);
            await peer.SendAsync(answer);
            peer.Shutdown(SocketShutdown.Send);
        }
    }
}
