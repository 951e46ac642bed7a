using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>A TLS server that accepts one connection at a time and its CONNECT.</summary>
internal sealed class TlsPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TlsPeer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<Socket> AcceptSocketAsync() =>
        await _listener.AcceptSocketAsync().WaitAsync(ScriptedPeer.Deadline);

    /// <summary>The client's side fails, so this one may too.</summary>
    public async Task RejectedAsync(X509Certificate2 certificate)
    {
        try
        {
            await using var stream = await AcceptAsync(new() { ServerCertificate = certificate });
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            // As it should.
        }
    }

    public async Task<SslStream> AcceptAsync(SslServerAuthenticationOptions options)
    {
        var stream = new SslStream(new NetworkStream(await AcceptSocketAsync(), ownsSocket: true));
        try
        {
            await stream.AuthenticateAsServerAsync(options).WaitAsync(ScriptedPeer.Deadline);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Accepts TLS and CONNECT.</summary>
    public async Task<SslStream> AcceptMqttAsync(SslServerAuthenticationOptions options)
    {
        var stream = await AcceptAsync(options);
        var connect = new byte[1_000];
        Assert.NotEqual(0, await stream.ReadAsync(connect));
        await stream.WriteAsync(new byte[] { 0x20, 2, 0, 0 });
        return stream;
    }

    public void Dispose() => _listener.Dispose();
}
