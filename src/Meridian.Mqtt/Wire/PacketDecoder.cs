using System.Buffers;
using System.Buffers.Binary;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// Frames to packets, both directions, for one connection at a time. Every field is checked here; whoever gets a packet
/// may trust it.
/// All methods throw <see cref="MqttProtocolException"/> for a body that is not valid. Not thread-safe.
/// </summary>
internal sealed class PacketDecoder
{
    private readonly TopicCache _topics = new();

    /// <summary>CONNECT; tells its version itself.</summary>
    public static ConnectPacket ReadConnect(in Frame frame)
    {
        var body = new BodyReader(Contiguous(frame));
        var name = body.ReadText();
        var level = body.ReadByte();
        var version = (name, level) switch
        {
            ("MQTT", 4) => MqttProtocolVersion.V311,
            ("MQIsdp", 3) => MqttProtocolVersion.V31,
            _ => throw new MqttProtocolException(
                "MQTT-3.1.2-2",
                MqttReasonCode.UnsupportedProtocolVersion,
                $"Protocol '{name}' level {level} is not spoken here."),
        };
        var flags = body.ReadByte();
        CheckConnectFlags(flags);
        var keepAlive = body.ReadUInt16();
        var clientId = body.ReadText();
        var will = (flags & 0x04) == 0 ? null : new MqttWill
        {
            Topic = ReadWillTopic(ref body),
            Payload = body.ReadBinary().ToArray(),
            Qos = (MqttQos)((flags >> 3) & 0x03),
            IsRetained = (flags & 0x20) != 0,
        };
        var userName = (flags & 0x80) == 0 ? null : body.ReadText();
        ReadOnlyMemory<byte>? password = (flags & 0x40) == 0 ? null : body.ReadBinary().ToArray();
        body.DemandEnd();
        return new ConnectPacket
        {
            Version = version,
            ClientId = clientId,
            CleanSession = (flags & 0x02) != 0,
            KeepAliveSeconds = keepAlive,
            Will = will,
            UserName = userName,
            Password = password,
        };
    }

    /// <summary>CONNACK.</summary>
    public static ConnAckPacket ReadConnAck(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var flags = body.ReadByte();
        var code = body.ReadByte();
        body.DemandEnd();
        if (version >= MqttProtocolVersion.V311 && (flags & 0xFE) != 0)
        {
            throw BodyReader.Malformed(
                $"The acknowledge flags 0x{flags:X2} of a CONNACK have reserved bits (§3.2.2.1).");
        }

        // MQTT 3.1 has no Session Present flag: the byte is reserved there.
        var isSessionPresent = version >= MqttProtocolVersion.V311 && (flags & 0x01) != 0;
        return isSessionPresent && code != 0
            ? throw new MqttProtocolException(
                "MQTT-3.2.2-4", MqttReasonCode.ProtocolError, "A CONNACK refuses and says that a session is present.")
            : new ConnAckPacket(isSessionPresent, code);
    }

    /// <summary>PUBLISH. The payload is lent as long as the frame is.</summary>
    public PublishPacket ReadPublish(in Frame frame, MqttProtocolVersion version)
    {
        var qos = (MqttQos)((frame.Flags >> 1) & 0x03);
        var isDuplicate = (frame.Flags & 0x08) != 0;
        if (isDuplicate && qos == MqttQos.AtMostOnce)
        {
            throw new MqttProtocolException(
                "MQTT-3.3.1-2", MqttReasonCode.MalformedPacket, "A PUBLISH at QoS 0 has the DUP flag.");
        }

        // Topic and identifier are read from one span; they lie in the first segment unless the network split them.
        var head = frame.Body.FirstSpan;
        if (!frame.Body.IsSingleSegment && head.Length < HeadLength(frame, qos))
        {
            head = frame.Body.Slice(0, Math.Min(frame.Body.Length, HeadLength(frame, qos))).ToArray();
        }

        var body = new BodyReader(head);
        var topic = _topics.Get(body.ReadBinary());
        var identifier = qos == MqttQos.AtMostOnce ? (ushort)0 : body.ReadPacketIdentifier();
        return new PublishPacket
        {
            Topic = topic,
            Payload = frame.Body.Slice(head.Length - body.Remaining),
            Qos = qos,
            IsRetained = (frame.Flags & 0x01) != 0,
            IsDuplicate = isDuplicate,
            PacketIdentifier = identifier,
        };
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
    public static AcknowledgementPacket ReadAcknowledgement(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        body.DemandEnd();
        return new AcknowledgementPacket(identifier);
    }

    /// <summary>SUBSCRIBE.</summary>
    public static SubscribePacket ReadSubscribe(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        var subscriptions = new List<MqttSubscription>();
        do
        {
            var filter = ReadFilter(ref body);
            var qos = body.ReadByte();
            if (qos > 2)
            {
                throw new MqttProtocolException(
                    "MQTT-3.8.3-4", MqttReasonCode.MalformedPacket, $"Requested QoS byte {qos} is not 0, 1 or 2.");
            }

            subscriptions.Add(new MqttSubscription(filter, (MqttQos)qos));
        }
        while (!body.IsAtEnd); // At least one: [MQTT-3.8.3-3].

        return new SubscribePacket(identifier, subscriptions);
    }

    /// <summary>SUBACK.</summary>
    public static SubAckPacket ReadSubAck(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        var codes = new byte[body.Remaining];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = body.ReadByte();
            if (codes[i] is > 2 and not 0x80)
            {
                throw new MqttProtocolException(
                    "MQTT-3.9.3-2", MqttReasonCode.MalformedPacket, $"SUBACK return code 0x{codes[i]:X2} is reserved.");
            }
        }

        return new SubAckPacket(identifier, codes);
    }

    /// <summary>UNSUBSCRIBE.</summary>
    public static UnsubscribePacket ReadUnsubscribe(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        var filters = new List<string>();
        do
        {
            filters.Add(ReadFilter(ref body));
        }
        while (!body.IsAtEnd); // At least one: [MQTT-3.10.3-2].

        return new UnsubscribePacket(identifier, filters);
    }

    /// <summary>UNSUBACK.</summary>
    public static UnsubAckPacket ReadUnsubAck(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        body.DemandEnd();
        return new UnsubAckPacket(identifier, []);
    }

    /// <summary>DISCONNECT; success with nothing else before 5.0.</summary>
    public static DisconnectPacket ReadDisconnect(in Frame frame, MqttProtocolVersion version)
    {
        DemandEmpty(frame);
        return new DisconnectPacket();
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

    private static int HeadLength(in Frame frame, MqttQos qos)
    {
        Span<byte> length = stackalloc byte[2];
        if (frame.Body.Length < 2)
        {
            return 2;
        }

        frame.Body.Slice(0, 2).CopyTo(length);
        return 2 + BinaryPrimitives.ReadUInt16BigEndian(length) + (qos == MqttQos.AtMostOnce ? 0 : 2);
    }

    private static string ReadFilter(ref BodyReader body)
    {
        var filter = body.ReadText();
        return TopicFilter.IsValid(filter, out var problem)
            ? filter
            : throw new MqttProtocolException("MQTT-4.7.1-1", MqttReasonCode.MalformedPacket, problem);
    }

    private static string ReadWillTopic(ref BodyReader body)
    {
        var topic = body.ReadText();
        return TopicName.IsValid(topic, out var problem)
            ? topic
            : throw new MqttProtocolException("MQTT-3.1.3-10", MqttReasonCode.TopicNameInvalid, problem);
    }

    private static void CheckConnectFlags(byte flags)
    {
        var hasWill = (flags & 0x04) != 0;
        var willQos = (flags >> 3) & 0x03;
        var statement = (flags & 0x01) != 0 ? "MQTT-3.1.2-3"
            : !hasWill && (flags & 0x38) != 0 ? "MQTT-3.1.2-11"
            : willQos == 3 ? "MQTT-3.1.2-14"
            : (flags & 0xC0) == 0x40 ? "MQTT-3.1.2-22"
            : null;
        if (statement is not null)
        {
            throw new MqttProtocolException(
                statement, MqttReasonCode.MalformedPacket, $"The connect flags 0x{flags:X2} contradict themselves.");
        }
    }
}
