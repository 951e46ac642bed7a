using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Connectors.Http.Tests.Peers;

/// <summary>
/// Takes connections on 127.0.0.1 and answers each request with the same bytes, then closes in order: a server that
/// does not speak HTTP, or lies in it. HEAD is answered well.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;
    private readonly Task _running;

    public RawServer(string answer)
    {
        _answer = Encoding.Latin1.GetBytes(answer);
        _listener.Start();
        _running = RunAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/data");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                await ServeAsync(socket);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var isHead = true;
        while (isHead)
        {
            var count = await socket.ReceiveAsync(buffer);
            if (count == 0)
            {
                return;
            }

            isHead = buffer.AsSpan(0, count).StartsWith("HEAD"u8);
            await socket.SendAsync(
                isHead ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray() : _answer);
        }

        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync(buffer) > 0)
        {
            // Until the client has closed: closing with something unread would reset what was answered.
        }
    }
}
