using System.Net;
using System.Net.Sockets;
using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Connectors.Modbus.Tests.South;

/// <summary>
/// A device that answers what a test wants, for what no real one does on purpose. Serves one connection after the
/// other.
/// </summary>
internal sealed class FakeDevice : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<byte[], IEnumerable<byte[]>> _answer;
    private readonly Task _serving;
    private int _connectionCount;

    /// <summary>Starts it.</summary>
    /// <param name="answer">For each request's frame over TCP, the frames to send.</param>
    public FakeDevice(Func<byte[], IEnumerable<byte[]>> answer)
    {
        _answer = answer;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>The answer to a read of registers, each with the same value.</summary>
    public static byte[] Registers(byte[] request, ushort value)
    {
        var frame = new byte[ModbusLimits.MaxAduBytes];
        var read = Parse(request);
        var data = new byte[2 * read.Count];
        for (var i = 0; i < data.Length; i += 2)
        {
            (data[i], data[i + 1]) = ((byte)(value >> 8), (byte)value);
        }

        var length = ResponsePdu.WriteData(read.Function, data, frame.AsSpan(7));
        var id = (ushort)((request[0] << 8) | request[1]);
        return frame[..Adu.Complete(ModbusFraming.Tcp, frame, id, request[6], length)];
    }

    public static ModbusRequest Parse(byte[] request) => RequestPdu.Read(request[6], request.AsMemory(7));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connectionCount);
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception end) when (
            end is OperationCanceledException or SocketException or ObjectDisposedException
                or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        var header = new byte[6];
        try
        {
            while (await stream.ReadAtLeastAsync(header, 6, throwOnEndOfStream: false, _end.Token) == 6)
            {
                var frame = new byte[6 + header[5]];
                header.CopyTo(frame, 0);
                await stream.ReadExactlyAsync(frame.AsMemory(6), _end.Token);
                foreach (var bytes in _answer(frame))
                {
                    await stream.WriteAsync(bytes, _end.Token);
                }
            }
        }
        catch (IOException)
        {
            // The connector has gone; the next connection is served.
        }
    }
}
