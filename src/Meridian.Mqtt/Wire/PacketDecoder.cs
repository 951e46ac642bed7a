using System.Buffers;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// Frames to packets, both directions, for one connection at a time. Every field is checked here; whoever gets a packet
/// may trust it.
/// All methods throw <see cref="MqttProtocolException"/> for a body that is not valid. Not thread-safe.
/// </summary>
internal sealed partial class PacketDecoder
{
    private readonly TopicCache _topics = new();

    /// <summary>PUBLISH. The payload is lent as long as the frame is. An empty topic is left only where a Topic Alias
    /// stands for it.</summary>
    public PublishPacket ReadPublish(in Frame frame, MqttProtocolVersion version)
    {
        var qos = (MqttQos)((frame.Flags >> 1) & 0x03);
        var isDuplicate = (frame.Flags & 0x08) != 0;
        if (isDuplicate && qos == MqttQos.AtMostOnce)
        {
            throw new MqttProtocolException(
                "MQTT-3.3.1-2", MqttReasonCode.MalformedPacket, "A PUBLISH at QoS 0 has the DUP flag.");
        }

        // All before the payload is read from one span; it lies in the first segment unless the network split it.
        var head = frame.Body.FirstSpan;
        if (!frame.Body.IsSingleSegment && HeadLength(frame, qos, version) is var length && head.Length < length)
        {
            head = frame.Body.Slice(0, length).ToArray();
        }

        var body = new BodyReader(head);
        var topic = body.ReadBinary();
        var identifier = qos == MqttQos.AtMostOnce ? (ushort)0 : body.ReadPacketIdentifier();
        if (version < MqttProtocolVersion.V50 || body.TryReadZero())
        {
            // The usual case: no properties.
            return new PublishPacket
            {
                Topic = _topics.Get(topic),
                Payload = frame.Body.Slice(head.Length - body.Remaining),
                Qos = qos,
                IsRetained = (frame.Flags & 0x01) != 0,
                IsDuplicate = isDuplicate,
                PacketIdentifier = identifier,
            };
        }

        var fields = ReadPublishProperties(ref body);
        return new PublishPacket
        {
            Topic = topic.IsEmpty && fields.TopicAlias != 0 ? "" : _topics.Get(topic),
            Payload = frame.Body.Slice(head.Length - body.Remaining),
            Qos = qos,
            IsRetained = (frame.Flags & 0x01) != 0,
            IsDuplicate = isDuplicate,
            PacketIdentifier = identifier,
            TopicAlias = fields.TopicAlias,
            SubscriptionIdentifier = fields.SubscriptionIdentifier,
            MoreSubscriptionIdentifiers = fields.MoreSubscriptionIdentifiers,
            Properties = fields.Properties,
        };
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
    public static AcknowledgementPacket ReadAcknowledgement(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        if (body.IsAtEnd)
        {
            return new AcknowledgementPacket(identifier);
        }

        DemandVersion5(version, body);
        var reason = ReadReasonCode(ref body);
        var details = body.IsAtEnd ? null : ReadDetails(ref body, PlaceOf(frame.Type));
        body.DemandEnd();
        return new AcknowledgementPacket(identifier, reason, details);
    }

    /// <summary>PINGREQ and PINGRESP have no body.</summary>
    public static void DemandEmpty(in Frame frame)
    {
        if (!frame.Body.IsEmpty)
        {
            throw BodyReader.Malformed($"A {frame.Type} has a body of {frame.Body.Length} bytes.");
        }
    }

    private static ReadOnlySpan<byte> Contiguous(in Frame frame) =>
        // All of it has arrived; its length is no promise.
        frame.Body.IsSingleSegment ? frame.Body.FirstSpan : frame.Body.ToArray();

    private static PropertyPlaces PlaceOf(PacketType type) => (PropertyPlaces)(1 << (int)type);

    /// <summary>How long all before the payload is; all there is, when that cannot be told.</summary>
    private static long HeadLength(in Frame frame, MqttQos qos, MqttProtocolVersion version)
    {
        var reader = new SequenceReader<byte>(frame.Body);
        if (!reader.TryReadBigEndian(out short topicBytes))
        {
            return frame.Body.Length;
        }

        var length = 2L + (ushort)topicBytes + (qos == MqttQos.AtMostOnce ? 0 : 2);
        if (version >= MqttProtocolVersion.V50 && length < frame.Body.Length)
        {
            reader.Advance(length - reader.Consumed);
            var propertyBytes = 0L;
            var shift = 0;
            byte b = 0x80;
            while (shift <= 21 && b >= 0x80 && reader.TryRead(out b))
            {
                propertyBytes |= (b & 0x7FL) << shift;
                shift += 7;
            }

            length = reader.Consumed + propertyBytes;
        }

        return Math.Min(length, frame.Body.Length);
    }

    private static PublishProperties ReadPublishProperties(ref BodyReader body)
    {
        var reader = new PropertyReader(ref body, PropertyPlaces.Publish);
        var message = default(MessagePropertiesReader);
        var fields = default(PublishProperties);
        List<uint>? more = null;
        while (reader.TryNext(out var identifier))
        {
            if (message.TryTake(ref reader, identifier))
            {
                continue;
            }

            if (identifier == PropertyIdentifier.TopicAlias)
            {
                fields.TopicAlias = reader.ReadTopicAlias();
            }
            else if (fields.SubscriptionIdentifier == 0)
            {
                fields.SubscriptionIdentifier = reader.ReadSubscriptionIdentifier();
            }
            else
            {
                (more ??= []).Add(reader.ReadSubscriptionIdentifier());
            }
        }

        fields.MoreSubscriptionIdentifiers = more?.ToArray();
        fields.Properties = message.ToProperties();
        return fields;
    }

    private static ReasonDetails? ReadDetails(ref BodyReader body, PropertyPlaces place)
    {
        var reader = new PropertyReader(ref body, place);
        var details = default(DetailsReader);
        while (reader.TryNext(out var identifier))
        {
            details.TryTake(ref reader, identifier);
        }

        return details.ToDetails();
    }

    private static MqttReasonCode ReadReasonCode(ref BodyReader body)
    {
        var reason = (MqttReasonCode)body.ReadByte();
        return Enum.IsDefined(reason)
            ? reason
            : throw BodyReader.Malformed($"The Reason Code 0x{(byte)reason:X2} is reserved.");
    }

    private static void DemandVersion5(MqttProtocolVersion version, in BodyReader body)
    {
        if (version < MqttProtocolVersion.V50)
        {
            body.DemandEnd();
        }
    }

    /// <summary>Gathers Reason String and User Properties.</summary>
    private struct DetailsReader
    {
        private string? _reason;
        private List<MqttUserProperty>? _user;

        public bool TryTake(ref PropertyReader reader, PropertyIdentifier identifier)
        {
            switch (identifier)
            {
                case PropertyIdentifier.ReasonString:
                    _reason = reader.ReadText();
                    return true;
                case PropertyIdentifier.UserProperty:
                    (_user ??= []).Add(reader.ReadUserProperty());
                    return true;
                default:
                    return false;
            }
        }

        public readonly ReasonDetails? ToDetails() =>
            _reason is null && _user is null ? null : new ReasonDetails(_reason, _user is null ? [] : _user);
    }

    private struct PublishProperties
    {
        public ushort TopicAlias;
        public uint SubscriptionIdentifier;
        public uint[]? MoreSubscriptionIdentifiers;
        public MqttMessageProperties? Properties;
    }
}
