using System.Buffers;
using System.Buffers.Binary;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Session;

/// <summary>
/// Puts a kept publication onto a connection: as it was encoded where that fits, else cut anew for the version and with
/// an alias. What is kept has always the full topic, since an alias dies with its connection.
/// </summary>
internal static class PublicationWire
{
    // Alias property, and a longer Property Length and Remaining Length because of it.
    private const int MaxAliasBytes = 5;

    /// <summary>Where the topic of an encoded PUBLISH ends.</summary>
    public static int TopicEnd(ReadOnlySpan<byte> packet)
    {
        var topic = packet[1..].IndexOfAnyInRange((byte)0, (byte)0x7F) + 2; // The last byte of the Remaining Length.
        return topic + sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(packet[topic..]);
    }

    public static void Write(
        Publication publication,
        IBufferWriter<byte> output,
        MqttProtocolVersion version,
        OutgoingTopicAliases? aliases,
        long maxPacketBytes)
    {
        var isKnown = false;
        var alias = aliases?.Choose(
            publication.Topic, publication.PacketLength + MaxAliasBytes <= maxPacketBytes, out isKnown) ?? 0;
        if (alias == 0 && HasProperties(publication.Version) == HasProperties(version))
        {
            output.Write(publication.Bytes);
            return;
        }

        Recut(publication, output, HasProperties(version), alias, isKnown);
    }

    /// <summary>The message as it was given, with a copy of the payload.</summary>
    public static MqttApplicationMessage ToMessage(Publication publication)
    {
        var packet = publication.Bytes;
        var identifierEnd = TopicEnd(packet) + (publication.Qos == MqttQos.AtMostOnce ? 0 : sizeof(ushort));
        var body = new BodyReader(packet[identifierEnd..]);
        var properties = default(MessagePropertiesReader);
        if (HasProperties(publication.Version))
        {
            var reader = new PropertyReader(ref body, PropertyPlaces.Publish);
            while (reader.TryNext(out var identifier))
            {
                _ = properties.TryTake(ref reader, identifier); // Nothing else is ever encoded in what is kept.
            }
        }

        return new MqttApplicationMessage
        {
            Topic = publication.Topic,
            Payload = packet[^body.Remaining..].ToArray(),
            Qos = publication.Qos,
            IsRetained = publication.IsRetained,
            Properties = properties.ToProperties(),
        };
    }

    private static bool HasProperties(MqttProtocolVersion version) => version >= MqttProtocolVersion.V50;

    private static void Recut(
        Publication publication, IBufferWriter<byte> output, bool hasProperties, ushort alias, bool isKnown)
    {
        var packet = publication.Bytes;
        var topicStart = packet[1..].IndexOfAnyInRange((byte)0, (byte)0x7F) + 2;
        var topicEnd = TopicEnd(packet);
        var identifierEnd = topicEnd + (publication.Qos == MqttQos.AtMostOnce ? 0 : sizeof(ushort));
        var body = new BodyReader(packet[identifierEnd..]);
        var properties = HasProperties(publication.Version)
            ? body.ReadBytes(body.ReadVariableInteger())
            : default;
        var payload = packet[^body.Remaining..];
        var topic = isKnown ? [0, 0] : packet[topicStart..topicEnd];

        var propertyBytes = properties.Length + (alias == 0 ? 0 : 3);
        var remaining = topic.Length + (identifierEnd - topicEnd) + payload.Length
            + (hasProperties ? SpanWriter.VariableIntegerBytes(propertyBytes) + propertyBytes : 0);
        var writer = new SpanWriter(output.GetSpan(Frame.MaxHeaderBytes + remaining));
        writer.Byte(packet[0]);
        writer.VariableInteger(remaining);
        writer.Raw(topic);
        writer.Raw(packet[topicEnd..identifierEnd]);
        if (hasProperties)
        {
            writer.VariableInteger(propertyBytes);
            if (alias != 0)
            {
                writer.UInt16(PropertyIdentifier.TopicAlias, alias);
            }

            writer.Raw(properties);
        }

        writer.Raw(payload);
        output.Advance(writer.Written);
    }
}
