using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Benchmarks.Instruments;

/// <summary>
/// As much of MQTT 3.1.1 as the instruments need, on a bare socket: what is measured shall not measure itself, and the
/// instruments shall cost little beside it.
/// </summary>
internal static class MqttSocket
{
    /// <summary>Connects with a clean session and no keep-alive.</summary>
    /// <param name="port">The broker's port on 127.0.0.1.</param>
    /// <param name="clientId">The client's id; short.</param>
    public static Socket Connect(int port, string clientId)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var id = Encoding.UTF8.GetBytes(clientId);
        socket.Send((byte[])
            [0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)id.Length, .. id]);
        var answer = ReadExactly(socket, 4);
        return answer is [0x20, 2, _, 0]
            ? socket
            : throw new IOException($"The broker on port {port} refused CONNECT: {Convert.ToHexString(answer)}.");
    }

    /// <summary>Subscribes at QoS 1.</summary>
    /// <returns>The same socket.</returns>
    public static Socket Subscribe(Socket socket, string filter)
    {
        var text = Encoding.UTF8.GetBytes(filter);
        socket.Send((byte[])[0x82, (byte)(5 + text.Length), 0, 1, 0, (byte)text.Length, .. text, 1]);
        var answer = ReadExactly(socket, 5);
        return answer is [0x90, 3, 0, 1, 1]
            ? socket
            : throw new IOException($"The broker refused the filter '{filter}': {Convert.ToHexString(answer)}.");
    }

    /// <summary>Listens as a server, on a free port of 127.0.0.1.</summary>
    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    /// <summary>Takes one client of 3.1.1: answers its CONNECT, and its SUBSCRIBE where one shall come.</summary>
    /// <param name="listener">From <see cref="Listen"/>.</param>
    /// <param name="subscribes">Whether to wait for one filter, which is granted at QoS 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Socket> AcceptAsync(
        Socket listener, bool subscribes, CancellationToken cancellationToken)
    {
        var socket = await listener.AcceptAsync(cancellationToken);
        socket.NoDelay = true;
        _ = await ReadPacketAsync(socket, 0x10, cancellationToken);
        await socket.SendAsync((byte[])[0x20, 2, 0, 0], cancellationToken);
        if (subscribes)
        {
            var body = await ReadPacketAsync(socket, 0x82, cancellationToken);
            await socket.SendAsync((byte[])[0x90, 3, body[0], body[1], 1], cancellationToken);
        }

        return socket;
    }

    /// <summary>Receives what is there without waiting.</summary>
    /// <returns>How many bytes; 0 when there are none.</returns>
    /// <exception cref="IOException">The broker closed the connection.</exception>
    public static int Receive(Socket socket, Span<byte> buffer)
    {
        var count = socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success when count > 0 => count,
            SocketError.WouldBlock => 0,
            _ => throw new IOException($"The broker closed the connection ({error})."),
        };
    }

    /// <summary>Sends what the socket takes without waiting.</summary>
    /// <returns>How many bytes went.</returns>
    public static int Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        var count = socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => 0,
            _ => throw new IOException($"The broker closed the connection ({error})."),
        };
    }

    private static async Task<byte[]> ReadPacketAsync(Socket socket, byte first, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        await ReadAsync(socket, one, cancellationToken);
        if (one[0] != first)
        {
            throw new IOException($"A packet {one[0]:X2} came where {first:X2} was due.");
        }

        var (length, shift) = (0, 0);
        do
        {
            await ReadAsync(socket, one, cancellationToken);
            length |= (one[0] & 127) << shift;
            shift += 7;
        }
        while ((one[0] & 128) != 0);

        var body = new byte[length];
        await ReadAsync(socket, body, cancellationToken);
        return body;
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        for (var got = 0; got < bytes.Length;)
        {
            var now = await socket.ReceiveAsync(bytes[got..], cancellationToken);
            got += now > 0 ? now : throw new IOException("The client closed the connection.");
        }
    }

    private static byte[] ReadExactly(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var got = 0; got < count;)
        {
            var now = socket.Receive(bytes, got, count - got, SocketFlags.None);
            got += now > 0 ? now : throw new IOException("The broker closed the connection.");
        }

        return bytes;
    }
}
