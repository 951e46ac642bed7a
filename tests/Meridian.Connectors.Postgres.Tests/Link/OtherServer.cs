using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Connectors.Postgres.Tests.Link;

/// <summary>Takes connections on 127.0.0.1, says the same bytes to each and closes it: no PostgreSQL.</summary>
internal sealed class OtherServer : IAsyncDisposable
{
    public const string Http = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

    /// <summary>Said without being asked.</summary>
    public const string Ssh = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n";

    /// <summary>A way to prove who one is that nobody knows.</summary>
    public const string UnknownAuthentication = "R\0\0\0\b\0\0\0\u00FF";

    private readonly TcpListener _listener;
    private readonly byte[] _answer;
    private readonly Task _serving;

    public OtherServer(string answer, int port = 0)
    {
        _answer = Encoding.Latin1.GetBytes(answer);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var peer = await _listener.AcceptSocketAsync();
                await AnswerAsync(peer);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task AnswerAsync(Socket peer)
    {
        var buffer = new byte[1_000];
        if (_answer.AsSpan().StartsWith("SSH"u8))
        {
            await peer.SendAsync(_answer);
            _ = await peer.ReceiveAsync(buffer);
        }
        else if (await peer.ReceiveAsync(buffer) > 0)
        {
            await peer.SendAsync(_answer);
        }

        peer.Shutdown(SocketShutdown.Send);
        while (await peer.ReceiveAsync(buffer) > 0)
        {
            // Until the client has closed: closing with something unread would reset what was answered.
        }
    }
}
