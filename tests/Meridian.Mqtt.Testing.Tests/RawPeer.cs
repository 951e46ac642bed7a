using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Mqtt.Testing.Tests;

/// <summary>A client that knows bytes only, so that the broker is not judged by the codec it uses itself.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpClient _tcp = new();

    private RawPeer()
    {
    }

    public static async Task<RawPeer> OpenAsync(MqttTestBroker broker)
    {
        var peer = new RawPeer();
        await peer._tcp.ConnectAsync(broker.Host, broker.Port);
        return peer;
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
        await _tcp.GetStream().WriteAsync(packets.SelectMany(static packet => packet).ToArray());

    public Task SendAsync(string hex) => SendAsync(Convert.FromHexString(hex));

    public Task ExpectAsync(string hex) => ExpectAsync(Convert.FromHexString(hex));

    public async Task ExpectAsync(byte[] expected)
    {
        var actual = new byte[expected.Length];
        using var deadline = new CancellationTokenSource(Patience);
        await _tcp.GetStream().ReadExactlyAsync(actual, deadline.Token);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(actual));
    }

    /// <summary>Reads until the broker ends the connection; gives what still came.</summary>
    public async Task<byte[]> ExpectEndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var rest = new MemoryStream();
        try
        {
            await _tcp.GetStream().CopyToAsync(rest, deadline.Token);
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }

        return rest.ToArray();
    }

    public void Dispose() => _tcp.Dispose();

    private static byte[] Text(string text) =>
        [.. UInt16(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] UInt16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
