using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

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
    private readonly Channel<string> _hosts = Channel.CreateBounded<string>(100);
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

    /// <summary>The reply to every SOCKS5 request; 0 grants it (RFC 1928 §6).</summary>
    public byte SocksReply { get; init; }

    /// <summary>The status line of every answer to CONNECT; one of 2xx grants it.</summary>
    public string HttpAnswer { get; init; } = "200 Connection established";

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests that were let through, each as <c>socks5 HOST:PORT</c> or <c>http HOST:PORT</c>.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    /// <summary>The host of the next request that was let through, as the client has named it.</summary>
    /// <exception cref="TimeoutException">None came within 10 s.</exception>
    public async Task<string> NextHostAsync() =>
        await _hosts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

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

            // A name as the bound address, and a field more, as some proxies answer.
            await client.WriteAsync(
                first == SocksVersion
                    ? (byte[])[SocksVersion, 0, 0, NameAddress, 3, (byte)'f', (byte)'a', (byte)'r', 1, 2]
                    : Encoding.ASCII.GetBytes($"HTTP/1.1 {HttpAnswer}\r\nVia: test\r\n\r\n"),
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
        if (SocksReply != 0)
        {
            await client.WriteAsync((byte[])[SocksVersion, SocksReply, 0, 1, 0, 0, 0, 0, 0, 0], _stop.Token);
            return null;
        }

        return LetThrough("socks5", host, (bytes[0] << 8) | bytes[1]);
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
        var isKnown = UserName is null || head.ToString().Contains(
            $"Proxy-Authorization: Basic {credentials}\r\n", StringComparison.Ordinal);
        var answer = isKnown ? HttpAnswer : "407 Proxy Authentication Required";
        if (!answer.StartsWith('2'))
        {
            await client.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {answer}\r\nProxy-Authenticate: Basic realm=\"test\"\r\nConnection: close\r\n"
                    + "Content-Length: 2\r\n\r\nno"),
                _stop.Token);
            return null;
        }

        var words = head.ToString().Split(' ', 3);
        var colon = words[1].LastIndexOf(':');
        return words[0] is "CONNECT"
            ? LetThrough("http", words[1][..colon], int.Parse(words[1][(colon + 1)..], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"The proxy was asked for '{words[0]}', not for CONNECT.");
    }

    private int LetThrough(string scheme, string host, int port)
    {
        _targets.Enqueue(FormattableString.Invariant($"{scheme} {host}:{port}"));
        _hosts.Writer.TryWrite(host);
        return port;
    }

    private async Task<byte[]> ReadAsync(NetworkStream client, int count)
    {
        var bytes = new byte[count];
        await client.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }
}
