using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Storage;

/// <summary>
/// A stored publication as bytes, in the manner of the wire (big-endian, texts with two bytes of length, properties as
/// in MQTT 5.0 §2.2.2) but of no protocol version; docs/formats/mqtt-session.md draws it.
/// </summary>
internal static class PublicationContent
{
    private const byte QosMask = 0x03;
    private const byte RetainedFlag = 0x04;
    private const byte ReleasedFlag = 0x08;

    public static int Measure(MqttStoredPublication publication)
    {
        var measure = SpanWriter.ForMeasuring();
        Write(ref measure, publication);
        return measure.Written;
    }

    public static void Write(Span<byte> bytes, MqttStoredPublication publication)
    {
        var writer = new SpanWriter(bytes);
        Write(ref writer, publication);
    }

    /// <summary>Reads what <see cref="Write(Span{byte},MqttStoredPublication)"/> wrote.</summary>
    /// <exception cref="MqttProtocolException">It is nothing of that kind.</exception>
    public static MqttStoredPublication Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var key = ReadUInt64(ref body);
        var flags = body.ReadByte();
        var identifier = body.ReadUInt16();
        var expiresAt = ReadUInt64(ref body);
        var topic = body.ReadText();
        var properties = ReadProperties(ref body);
        return new MqttStoredPublication(key, new MqttApplicationMessage
        {
            Topic = topic,
            Qos = (MqttQos)(flags & QosMask),
            IsRetained = (flags & RetainedFlag) != 0,
            Properties = properties,
            Payload = body.ReadBytes(body.Remaining).ToArray(),
        })
        {
            ExpiresAt = expiresAt == 0 ? null : new DateTimeOffset(checked((long)expiresAt), TimeSpan.Zero),
            PacketIdentifier = identifier,
            IsReleased = (flags & ReleasedFlag) != 0,
        };
    }

    /// <summary>The key and how far it has come alone, without the content.</summary>
    public static (ulong Key, ushort PacketIdentifier, bool IsReleased) ReadHead(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var key = ReadUInt64(ref body);
        var flags = body.ReadByte();
        return (key, body.ReadUInt16(), (flags & ReleasedFlag) != 0);
    }

    /// <summary>Changes how far it has come, in bytes that are copied forward.</summary>
    public static void SetProgress(Span<byte> bytes, ushort identifier, bool isReleased)
    {
        bytes[8] = (byte)(isReleased ? bytes[8] | ReleasedFlag : bytes[8] & ~ReleasedFlag);
        var writer = new SpanWriter(bytes[9..]);
        writer.UInt16(identifier);
    }

    public static void WriteUInt64(ref SpanWriter writer, ulong value)
    {
        writer.UInt32((uint)(value >> 32));
        writer.UInt32((uint)value);
    }

    public static ulong ReadUInt64(ref BodyReader body) => ((ulong)body.ReadUInt32() << 32) | body.ReadUInt32();

    private static void Write(ref SpanWriter writer, MqttStoredPublication publication)
    {
        var message = publication.Message;
        WriteUInt64(ref writer, publication.Key);
        writer.Byte((byte)((byte)message.Qos | (message.IsRetained ? RetainedFlag : 0)
            | (publication.IsReleased ? ReleasedFlag : 0)));
        writer.UInt16(publication.PacketIdentifier);
        WriteUInt64(ref writer, (ulong)(publication.ExpiresAt?.UtcTicks ?? 0));
        writer.Text(message.Topic);
        var measure = SpanWriter.ForMeasuring();
        measure.Message(message.Properties);
        writer.VariableInteger(measure.Written);
        writer.Message(message.Properties);
        writer.Raw(message.Payload.Span);
    }

    private static MqttMessageProperties? ReadProperties(ref BodyReader body)
    {
        var reader = new PropertyReader(ref body, PropertyPlaces.Publish);
        var properties = default(MessagePropertiesReader);
        while (reader.TryNext(out var identifier))
        {
            if (!properties.TryTake(ref reader, identifier))
            {
                throw BodyReader.Malformed($"A stored publication has the property {identifier}.");
            }
        }

        return properties.ToProperties();
    }
}
