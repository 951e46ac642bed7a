using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Mqtt.Testing.Tests;

/// <summary>A client that knows bytes only, so that the broker is not judged by the codec it uses itself.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Stream _stream;

    public RawPeer(Stream stream) => _stream = stream;

    public static async Task<RawPeer> OpenAsync(MqttTestBroker broker) =>
        new(await OpenTcpAsync(broker, MqttTransport.Tcp));

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope",
        Justification = "The stream owns the socket.")]
    public static async Task<NetworkStream> OpenTcpAsync(MqttTestBroker broker, MqttTransport transport)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(broker.Host, broker.PortOf(transport));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<RawPeer> ConnectAsync(
        MqttTestBroker broker, string clientId, bool isClean = true, int keepAlive = 0, bool expectPresent = false)
    {
        var peer = await OpenAsync(broker);
        await peer.SendAsync(Connect(clientId, isClean ? 0x02 : 0x00, keepAlive));
        await peer.ExpectAsync(expectPresent ? "20020100" : "20020000");
        return peer;
    }

    public static byte[] Connect(string clientId, int flags, int keepAlive = 0, params string[] more) => Packet(
        0x10, [.. Text("MQTT"), 4, (byte)flags, .. UInt16(keepAlive), .. Text(clientId), .. more.SelectMany(Text)]);

    public static byte[] Publish(string topic, string payload, int qos = 0, int id = 0, bool isRetained = false) =>
        Packet(
        0x30 | (qos << 1) | (isRetained ? 1 : 0),
        [.. Text(topic), .. qos == 0 ? [] : UInt16(id), .. Encoding.UTF8.GetBytes(payload)]);

    public static byte[] Subscribe(int id, string filter, int qos) =>
        Packet(0x82, [.. UInt16(id), .. Text(filter), (byte)qos]);

    public static byte[] Packet(int first, byte[] body) => body.Length < 128
        ? [(byte)first, (byte)body.Length, .. body]
        : [(byte)first, (byte)(body.Length | 0x80), (byte)(body.Length >> 7), .. body];

    public async Task SendAsync(params byte[][] packets) =>
        await _stream.WriteAsync(packets.SelectMany(static packet => packet).ToArray());

    public Task SendAsync(string hex) => SendAsync(Convert.FromHexString(hex));

    public Task ExpectAsync(string hex) => ExpectAsync(Convert.FromHexString(hex));

    public async Task ExpectAsync(byte[] expected)
    {
        var actual = new byte[expected.Length];
        using var deadline = new CancellationTokenSource(Patience);
        await _stream.ReadExactlyAsync(actual, deadline.Token);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(actual));
    }

    /// <summary>Reads one whole packet.</summary>
    public async Task<string> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var header = new byte[2];
        await _stream.ReadExactlyAsync(header, deadline.Token);
        Assert.True(header[1] < 128, "These tests use short packets.");
        var body = new byte[header[1]];
        await _stream.ReadExactlyAsync(body, deadline.Token);
        return Convert.ToHexString([.. header, .. body]);
    }

    /// <summary>Reads until the broker ends the connection; gives what still came.</summary>
    public async Task<byte[]> ExpectEndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var rest = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(rest, deadline.Token);
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }

        return rest.ToArray();
    }

    public void Dispose() => _stream.Dispose();

    public static byte[] Text(string text) =>
        [.. UInt16(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] UInt16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
