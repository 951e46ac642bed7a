using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>A small proxy on 127.0.0.1 that connects every accepted request to its target on 127.0.0.1.</summary>
internal abstract class ProxyPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<string> _targets = Channel.CreateBounded<string>(100);
    private readonly Task _running;

    protected ProxyPeer()
    {
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The name that a client has asked for.</summary>
    public async Task<string> NextTargetAsync() =>
        await _targets.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Speaks with the client until it may be connected.</summary>
    /// <returns>The host and port it wants; null when it was refused.</returns>
    protected abstract Task<(string Host, int Port)?> AgreeAsync(Stream client, CancellationToken stop);

    /// <summary>Tells the client that it is connected.</summary>
    protected abstract Task TellConnectedAsync(Stream client, CancellationToken stop);

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
            if (await AgreeAsync(client, _stop.Token) is not { } target)
            {
                return;
            }

            _targets.Writer.TryWrite(target.Host);
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(IPAddress.Loopback, target.Port, _stop.Token);
            await TellConnectedAsync(client, _stop.Token);
            var server = tcp.GetStream();
            await Task.WhenAny(
                server.CopyToAsync(client, _stop.Token), client.CopyToAsync(server, _stop.Token));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            // The client or the test has ended.
        }
    }
}

/// <summary>SOCKS5.</summary>
internal sealed class SocksPeer : ProxyPeer
{
    public string? UserName { get; init; }

    public string Password { get; init; } = "";

    /// <summary>The reply to every request; 0 grants it.</summary>
    public byte Reply { get; init; }

    protected override async Task<(string Host, int Port)?> AgreeAsync(Stream client, CancellationToken stop)
    {
        var head = await ReadAsync(client, 2, stop);
        Assert.Equal(5, head[0]);
        var methods = await ReadAsync(client, head[1], stop);
        var wanted = (byte)(UserName is null ? 0 : 2);
        var isOffered = methods.Contains(wanted);
        await client.WriteAsync((byte[])[5, isOffered ? wanted : (byte)0xFF], stop);
        if (!isOffered || (wanted == 2 && !await LogInAsync(client, stop)))
        {
            return null;
        }

        var request = await ReadAsync(client, 4, stop);
        var host = request[3] switch
        {
            1 => new IPAddress(await ReadAsync(client, 4, stop)).ToString(),
            4 => new IPAddress(await ReadAsync(client, 16, stop)).ToString(),
            _ => Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 1, stop))[0], stop)),
        };
        var port = await ReadAsync(client, 2, stop);
        if (Reply != 0)
        {
            await client.WriteAsync((byte[])[5, Reply, 0, 1, 0, 0, 0, 0, 0, 0], stop);
            return null;
        }

        return (host, (port[0] << 8) | port[1]);
    }

    protected override Task TellConnectedAsync(Stream client, CancellationToken stop) =>
        // A name as the bound address, as some proxies answer.
        client.WriteAsync((byte[])[5, 0, 0, 3, 3, (byte)'f', (byte)'a', (byte)'r', 1, 2], stop).AsTask();

    private async Task<bool> LogInAsync(Stream client, CancellationToken stop)
    {
        var head = await ReadAsync(client, 2, stop);
        var user = Encoding.UTF8.GetString(await ReadAsync(client, head[1], stop));
        var length = await ReadAsync(client, 1, stop);
        var password = Encoding.UTF8.GetString(await ReadAsync(client, length[0], stop));
        var isGood = (user, password) == (UserName, Password);
        await client.WriteAsync((byte[])[1, (byte)(isGood ? 0 : 1)], stop);
        return isGood;
    }

    private static async Task<byte[]> ReadAsync(Stream client, int count, CancellationToken stop)
    {
        var bytes = new byte[count];
        await client.ReadExactlyAsync(bytes, stop);
        return bytes;
    }
}

/// <summary>HTTP with CONNECT.</summary>
internal sealed class HttpProxyPeer : ProxyPeer
{
    /// <summary>User and password with a colon between, or null for none.</summary>
    public string? Credentials { get; init; }

    /// <summary>The status line of every answer.</summary>
    public string Answer { get; init; } = "200 Connection established";

    protected override async Task<(string Host, int Port)?> AgreeAsync(Stream client, CancellationToken stop)
    {
        var request = await HttpPeer.ReadHeadAsync(client, stop);
        var words = request.Split(' ', 3);
        Assert.Equal("CONNECT", words[0]);
        var isGood = Credentials is null || request.Contains(
            $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}\r\n",
            StringComparison.Ordinal);
        var answer = isGood ? Answer : "407 Proxy Authentication Required";
        if (!answer.StartsWith('2'))
        {
            await client.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 2\r\n\r\nno"), stop);
            return null;
        }

        var colon = words[1].LastIndexOf(':');
        return (words[1][..colon], int.Parse(words[1][(colon + 1)..], null));
    }

    protected override Task TellConnectedAsync(Stream client, CancellationToken stop) =>
        client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {Answer}\r\nVia: test\r\n\r\n"), stop).AsTask();
}
