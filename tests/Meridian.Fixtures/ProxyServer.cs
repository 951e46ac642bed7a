using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Fixtures;

/// <summary>
/// A real proxy on 127.0.0.1 that speaks SOCKS5 (RFC 1928, 1929) and HTTP CONNECT on one port, and connects every
/// request to its port on 127.0.0.1. Any thread may call.
/// </summary>
public sealed class ProxyServer : IAsyncDisposable
{
    private const byte SocksVersion = 5;
    private const byte NameAddress = 3;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _targets = new();
    private readonly Task _running;

    /// <summary>Starts it.</summary>
    public ProxyServer()
    {
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>Who is let through; null lets everyone.</summary>
    public string? UserName { get; init; }

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public string Password { get; init; } = "";

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests that were let through, each as <c>socks5 HOST:PORT</c> or <c>http HOST:PORT</c>.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var tunnels = new List<Task>();
        try
        {
            while (true)
            {
                tunnels.Add(TunnelAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(tunnels);
        }
    }

    private async Task TunnelAsync(Socket socket)
    {
        try
        {
            await using var client = new NetworkStream(socket, ownsSocket: true);
            var first = (await ReadAsync(client, 1))[0];
            if ((first == SocksVersion ? await AgreeSocksAsync(client) : await AgreeHttpAsync(client, first))
                is not { } port)
            {
                return;
            }

            using var tcp = new TcpClient();
            await tcp.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
            await client.WriteAsync(
                first == SocksVersion
                    ? (byte[])[SocksVersion, 0, 0, 1, 0, 0, 0, 0, 0, 0]
                    : Encoding.ASCII.GetBytes("HTTP/1.1 200 Connection established\r\n\r\n"),
                _stop.Token);
            var server = tcp.GetStream();
            await Task.WhenAny(server.CopyToAsync(client, _stop.Token), client.CopyToAsync(server, _stop.Token));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            // The client or the test has ended.
        }
    }

    private async Task<int?> AgreeSocksAsync(NetworkStream client)
    {
        var methods = await ReadAsync(client, (await ReadAsync(client, 1))[0]);
        var wanted = (byte)(UserName is null ? 0 : 2);
        var isOffered = methods.Contains(wanted);
        await client.WriteAsync((byte[])[SocksVersion, isOffered ? wanted : (byte)0xFF], _stop.Token);
        if (!isOffered || (wanted == 2 && !await LogInAsync(client)))
        {
            return null;
        }

        var request = await ReadAsync(client, 4);
        var host = request[3] == NameAddress
            ? Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0]))
            : new IPAddress(await ReadAsync(client, request[3] == 1 ? 4 : 16)).ToString();
        var bytes = await ReadAsync(client, 2);
        var port = (bytes[0] << 8) | bytes[1];
        _targets.Enqueue(FormattableString.Invariant($"socks5 {host}:{port}"));
        return port;
    }

    private async Task<bool> LogInAsync(NetworkStream client)
    {
        var user = await ReadAsync(client, (await ReadAsync(client, 2))[1]);
        var password = await ReadAsync(client, (await ReadAsync(client, 1))[0]);
        var isGood = (Encoding.UTF8.GetString(user), Encoding.UTF8.GetString(password)) == (UserName, Password);
        await client.WriteAsync((byte[])[1, (byte)(isGood ? 0 : 1)], _stop.Token);
        return isGood;
    }

    private async Task<int?> AgreeHttpAsync(NetworkStream client, byte first)
    {
        var head = new StringBuilder().Append((char)first);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(client, 1))[0]);
        }

        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}"));
        if (UserName is not null && !head.ToString().Contains($"Basic {credentials}\r\n", StringComparison.Ordinal))
        {
            await client.WriteAsync(
                Encoding.ASCII.GetBytes("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
                _stop.Token);
            return null;
        }

        var target = head.ToString().Split(' ', 3)[1];
        _targets.Enqueue($"http {target}");
        return int.Parse(target[(target.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<byte[]> ReadAsync(NetworkStream client, int count)
    {
        var bytes = new byte[count];
        await client.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }
}
