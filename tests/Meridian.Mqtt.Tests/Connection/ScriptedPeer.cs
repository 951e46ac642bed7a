using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>A server that does only what the test says, byte by byte, on an ephemeral port.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedPeer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public MqttClientOptions Options =>
        new() { Server = MqttServer.Tcp("127.0.0.1", Port), ClientId = "c", Reconnect = null };

    public async Task<PeerConnection> AcceptAsync()
    {
        var socket = await _listener.AcceptSocketAsync().WaitAsync(Deadline);
        socket.NoDelay = true;
        return new PeerConnection(socket);
    }

    /// <summary>Accepts a connection and its CONNECT.</summary>
    public async Task<PeerConnection> AcceptAsync(bool isSessionPresent)
    {
        var connection = await AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(isSessionPresent ? "20020100" : "20020000");
        return connection;
    }

    /// <summary>Accepts a connection, answers its CONNECT, and waits until the client has closed it.</summary>
    public async Task AnswerAsync(string answer)
    {
        await using var connection = await AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(answer);
        Assert.Equal("", await connection.ReadAsync());
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// One accepted socket; packets are hexadecimal text, so that a test reads as the specification does.
/// </summary>
internal sealed class PeerConnection(Socket socket) : IAsyncDisposable
{
    private readonly MemoryStream _read = new();
    private byte[] _skipped = [];

    /// <summary>The next whole packet of the client, or "" when it closed.</summary>
    public async Task<string> ReadAsync()
    {
        var chunk = new byte[65_536];
        while (true)
        {
            var buffer = new ReadOnlySequence<byte>(_read.ToArray());
            if (Frame.TryRead(ref buffer, int.MaxValue, out _))
            {
                var bytes = _read.ToArray();
                var length = bytes.Length - (int)buffer.Length;
                _read.SetLength(0);
                _read.Write(bytes.AsSpan(length));
                return Convert.ToHexString(bytes.AsSpan(0, length));
            }

            var count = await ReceiveAsync(chunk);
            if (count == 0)
            {
                return "";
            }

            _read.Write(chunk.AsSpan(0, count));
        }
    }

    public async Task ExpectAsync(params string[] packets)
    {
        foreach (var packet in packets)
        {
            Assert.Equal(packet, await ReadAsync());
        }
    }

    public async Task SendAsync(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        await socket.SendAsync(bytes);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes);

    /// <summary>Reads that many bytes, whatever they say.</summary>
    public async Task SkipAsync(int count)
    {
        while (count > 0)
        {
            _skipped = _skipped.Length > 0 ? _skipped : new byte[4_096];
            var room = Math.Min(count, _skipped.Length);
            var read = await socket.ReceiveAsync(_skipped.AsMemory(0, room)).AsTask().WaitAsync(ScriptedPeer.Deadline);
            Assert.NotEqual(0, read);
            count -= read;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<int> ReceiveAsync(byte[] chunk)
    {
        try
        {
            return await socket.ReceiveAsync(chunk).WaitAsync(ScriptedPeer.Deadline);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
