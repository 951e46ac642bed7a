using System.Buffers.Binary;
using System.Text;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>
/// A PUBLISH or PUBREL as a server sees it, read by a parser of the tests' own: small lengths, no property but the
/// Topic Alias.
/// </summary>
/// <param name="Identifier">The Packet Identifier.</param>
/// <param name="Number">The number in a PUBLISH's payload; -1 for PUBREL.</param>
/// <param name="Topic">The Topic Name, aliases resolved; "" for PUBREL.</param>
/// <param name="IsDuplicate">The DUP flag.</param>
/// <param name="Code">The Reason Code of PUBREL.</param>
internal sealed record SentPacket(ushort Identifier, int Number, string Topic, bool IsDuplicate, byte Code)
{
    /// <summary>Reads all packets of one piece of output.</summary>
    /// <param name="bytes">Whole packets.</param>
    /// <param name="isVersion5">Whether they have properties.</param>
    /// <param name="aliases">What the connection's aliases stand for; changed.</param>
    public static List<SentPacket> ReadAll(
        ReadOnlySpan<byte> bytes, bool isVersion5, Dictionary<ushort, string> aliases)
    {
        var packets = new List<SentPacket>();
        while (!bytes.IsEmpty)
        {
            var body = bytes.Slice(2, bytes[1]);
            packets.Add(bytes[0] == 0x62 ? ReadPubRel(body) : ReadPublish(bytes[0], body, isVersion5, aliases));
            bytes = bytes[(2 + body.Length)..];
        }

        return packets;
    }

    private static SentPacket ReadPubRel(ReadOnlySpan<byte> body)
    {
        Assert.InRange(body.Length, 2, 3);
        return new SentPacket(
            BinaryPrimitives.ReadUInt16BigEndian(body), -1, "", false, body.Length == 3 ? body[2] : (byte)0);
    }

    private static SentPacket ReadPublish(
        byte first, ReadOnlySpan<byte> body, bool isVersion5, Dictionary<ushort, string> aliases)
    {
        Assert.Equal(0x30, first & 0xF1);
        var topicBytes = BinaryPrimitives.ReadUInt16BigEndian(body);
        var topic = Encoding.UTF8.GetString(body.Slice(2, topicBytes));
        body = body[(2 + topicBytes)..];
        var identifier = BinaryPrimitives.ReadUInt16BigEndian(body);
        body = body[2..];
        if (isVersion5)
        {
            var properties = body.Slice(1, body[0]);
            body = body[(1 + properties.Length)..];
            if (!properties.IsEmpty)
            {
                Assert.Equal((3, 0x23), (properties.Length, properties[0]));
                var alias = BinaryPrimitives.ReadUInt16BigEndian(properties[1..]);
                topic = topic.Length == 0 ? aliases[alias] : aliases[alias] = topic;
            }
        }

        return new SentPacket(
            identifier, BinaryPrimitives.ReadInt32BigEndian(body), topic, (first & 0x08) != 0, 0);
    }
}
