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
            : throw new IOException(
                $"The broker on port {port} refused the connection: {Convert.ToHexString(answer)}.");
    }

    /// <summary>Subscribes at QoS 1.</summary>
    public static void Subscribe(Socket socket, string filter)
    {
        var text = Encoding.UTF8.GetBytes(filter);
        socket.Send((byte[])[0x82, (byte)(5 + text.Length), 0, 1, 0, (byte)text.Length, .. text, 1]);
        var answer = ReadExactly(socket, 5);
        if (answer is not [0x90, 3, 0, 1, 1])
        {
            throw new IOException($"The broker refused the filter '{filter}': {Convert.ToHexString(answer)}.");
        }
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
