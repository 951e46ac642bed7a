namespace Meridian.Mqtt.Testing.Tests;

/// <summary>Packets of MQTT 5.0 by hand.</summary>
internal static class RawPeer5
{
    public static byte[] Connect(
        string clientId, string properties = "", int flags = 0x02, int keepAlive = 0, params byte[][] more) =>
        RawPeer.Packet(
            0x10,
            [
                .. RawPeer.Text("MQTT"), 5, (byte)flags, .. RawPeer.UInt16(keepAlive), .. Properties(properties),
                .. RawPeer.Text(clientId), .. more.SelectMany(static part => part),
            ]);

    public static byte[] Publish(
        string topic, string payload, int qos = 0, int id = 0, string properties = "", bool isRetained = false) =>
        RawPeer.Packet(
            0x30 | (qos << 1) | (isRetained ? 1 : 0),
            [
                .. RawPeer.Text(topic), .. qos == 0 ? [] : RawPeer.UInt16(id), .. Properties(properties),
                .. System.Text.Encoding.UTF8.GetBytes(payload),
            ]);

    public static byte[] Subscribe(int id, string filter, int options, string properties = "") => RawPeer.Packet(
        0x82, [.. RawPeer.UInt16(id), .. Properties(properties), .. RawPeer.Text(filter), (byte)options]);

    public static byte[] Properties(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        return [(byte)bytes.Length, .. bytes];
    }

    /// <summary>Connects and gives the peer and its CONNACK.</summary>
    public static async Task<(RawPeer Peer, MqttTestPacket ConnAck)> ConnectAsync(
        MqttTestBroker broker, string clientId, string properties = "", int flags = 0x02, params byte[][] more)
    {
        var peer = await RawPeer.OpenAsync(broker);
        await peer.SendAsync(Connect(clientId, properties, flags, 0, more));
        return (peer, await ReadAsync(peer));
    }

    /// <summary>Reads a packet and parses it as the broker's users see it.</summary>
    public static async Task<MqttTestPacket> ReadAsync(RawPeer peer)
    {
        var bytes = Convert.FromHexString(await peer.ReadAsync());
        return new MqttTestPacket(
            isReceived: false, "", (MqttPacketType)(bytes[0] >> 4), MqttProtocolVersion.V50, bytes);
    }
}
