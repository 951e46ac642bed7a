namespace Meridian.Mqtt.Wire;

/// <content>The packets that open and close a connection.</content>
internal sealed partial class PacketDecoder
{
    /// <summary>CONNECT; tells its version itself.</summary>
    public static ConnectPacket ReadConnect(in Frame frame)
    {
        var body = new BodyReader(Contiguous(frame));
        var name = body.ReadText();
        var level = body.ReadByte();
        var version = (name, level) switch
        {
            ("MQTT", 5) => MqttProtocolVersion.V50,
            ("MQTT", 4) => MqttProtocolVersion.V311,
            ("MQIsdp", 3) => MqttProtocolVersion.V31,
            _ => throw new MqttProtocolException(
                "MQTT-3.1.2-2",
                MqttReasonCode.UnsupportedProtocolVersion,
                $"Protocol '{name}' level {level} is not spoken here."),
        };
        var flags = body.ReadByte();
        CheckConnectFlags(flags, version);
        var keepAlive = body.ReadUInt16();
        var packet = version < MqttProtocolVersion.V50
            ? new ConnectPacket { Version = version, ClientId = "" }
            : ReadConnectProperties(ref body);
        var clientId = body.ReadText();
        var will = (flags & 0x04) == 0 ? null : ReadWill(ref body, flags, version);
        var userName = (flags & 0x80) == 0 ? null : body.ReadText();
        // A bare null would become an empty memory here, and an empty password is not none.
        var password = (flags & 0x40) == 0 ? default(ReadOnlyMemory<byte>?) : body.ReadBinary().ToArray();
        body.DemandEnd();
        return packet with
        {
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
        if (version >= MqttProtocolVersion.V311 && (flags & 0xFE) != 0)
        {
            throw BodyReader.Malformed(
                $"The acknowledge flags 0x{flags:X2} of a CONNACK have reserved bits (§3.2.2.1).");
        }

        // MQTT 3.1 has no Session Present flag: the byte is reserved there.
        var packet = new ConnAckPacket(version >= MqttProtocolVersion.V311 && (flags & 0x01) != 0, code);
        if (version >= MqttProtocolVersion.V50)
        {
            packet = ReadConnAckProperties(ref body, packet);
        }

        body.DemandEnd();
        return packet.IsSessionPresent && code != 0
            ? throw new MqttProtocolException(
                version >= MqttProtocolVersion.V50 ? "MQTT-3.2.2-6" : "MQTT-3.2.2-4",
                MqttReasonCode.ProtocolError,
                "A CONNACK refuses and says that a session is present.")
            : packet;
    }

    /// <summary>DISCONNECT; success with nothing else before 5.0.</summary>
    public static DisconnectPacket ReadDisconnect(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        if (body.IsAtEnd)
        {
            return new DisconnectPacket();
        }

        DemandVersion5(version, body);
        var packet = new DisconnectPacket(ReadReasonCode(ref body));
        if (body.IsAtEnd)
        {
            return packet;
        }

        var reader = new PropertyReader(ref body, PropertyPlaces.Disconnect);
        var details = default(DetailsReader);
        while (reader.TryNext(out var identifier))
        {
            if (details.TryTake(ref reader, identifier))
            {
                continue;
            }

            packet = identifier == PropertyIdentifier.SessionExpiryInterval
                ? packet with { SessionExpirySeconds = reader.ReadUInt32() }
                : packet with { ServerReference = reader.ReadText() };
        }

        body.DemandEnd();
        return packet with { Details = details.ToDetails() };
    }

    /// <summary>AUTH, from 5.0 on.</summary>
    public static AuthPacket ReadAuth(in Frame frame)
    {
        var body = new BodyReader(Contiguous(frame));
        var packet = new AuthPacket(body.IsAtEnd ? MqttReasonCode.Success : ReadReasonCode(ref body), null, default);
        if (body.IsAtEnd)
        {
            return packet;
        }

        var reader = new PropertyReader(ref body, PropertyPlaces.Auth);
        var details = default(DetailsReader);
        while (reader.TryNext(out var identifier))
        {
            if (details.TryTake(ref reader, identifier))
            {
                continue;
            }

            packet = identifier == PropertyIdentifier.AuthenticationMethod
                ? packet with { Method = reader.ReadText() }
                : packet with { Data = reader.ReadBinary() };
        }

        body.DemandEnd();
        DemandMethod(packet.Method, packet.Data);
        return packet with { Details = details.ToDetails() };
    }

    private static ConnectPacket ReadConnectProperties(ref BodyReader body)
    {
        var reader = new PropertyReader(ref body, PropertyPlaces.Connect);
        var packet = new ConnectPacket { Version = MqttProtocolVersion.V50, ClientId = "" };
        var user = new List<MqttUserProperty>();
        while (reader.TryNext(out var identifier))
        {
            switch (identifier)
            {
                case PropertyIdentifier.SessionExpiryInterval:
                    packet = packet with { SessionExpirySeconds = reader.ReadUInt32() };
                    break;
                case PropertyIdentifier.ReceiveMaximum:
                    packet = packet with { ReceiveMaximum = reader.ReadUInt16AboveZero() };
                    break;
                case PropertyIdentifier.MaximumPacketSize:
                    packet = packet with { MaximumPacketSize = reader.ReadUInt32AboveZero() };
                    break;
                case PropertyIdentifier.TopicAliasMaximum:
                    packet = packet with { TopicAliasMaximum = reader.ReadUInt16() };
                    break;
                case PropertyIdentifier.RequestResponseInformation:
                    packet = packet with { RequestResponseInformation = reader.ReadFlag() };
                    break;
                case PropertyIdentifier.RequestProblemInformation:
                    packet = packet with { RequestProblemInformation = reader.ReadFlag() };
                    break;
                case PropertyIdentifier.AuthenticationMethod:
                    packet = packet with { AuthenticationMethod = reader.ReadText() };
                    break;
                case PropertyIdentifier.AuthenticationData:
                    packet = packet with { AuthenticationData = reader.ReadBinary() };
                    break;
                default:
                    user.Add(reader.ReadUserProperty());
                    break;
            }
        }

        DemandMethod(packet.AuthenticationMethod, packet.AuthenticationData);
        return user.Count == 0 ? packet : packet with { UserProperties = user };
    }

    private static MqttWill ReadWill(ref BodyReader body, byte flags, MqttProtocolVersion version)
    {
        var delay = TimeSpan.Zero;
        MqttMessageProperties? properties = null;
        if (version >= MqttProtocolVersion.V50)
        {
            var reader = new PropertyReader(ref body, PropertyPlaces.Will);
            var message = default(MessagePropertiesReader);
            while (reader.TryNext(out var identifier))
            {
                if (!message.TryTake(ref reader, identifier))
                {
                    delay = TimeSpan.FromSeconds(reader.ReadUInt32());
                }
            }

            properties = message.ToProperties();
        }

        var topic = body.ReadText();
        return !TopicName.IsValid(topic, out var problem)
            ? throw new MqttProtocolException(
                version >= MqttProtocolVersion.V50 ? "MQTT-3.1.3-11" : "MQTT-3.1.3-10",
                MqttReasonCode.TopicNameInvalid,
                problem)
            : new MqttWill
            {
                Topic = topic,
                Payload = body.ReadBinary().ToArray(),
                Qos = (MqttQos)((flags >> 3) & 0x03),
                IsRetained = (flags & 0x20) != 0,
                Delay = delay,
                Properties = properties,
            };
    }

    private static ConnAckPacket ReadConnAckProperties(ref BodyReader body, ConnAckPacket packet)
    {
        var reader = new PropertyReader(ref body, PropertyPlaces.ConnAck);
        var details = default(DetailsReader);
        while (reader.TryNext(out var identifier))
        {
            if (!details.TryTake(ref reader, identifier))
            {
                packet = WithProperty(packet, identifier, ref reader);
            }
        }

        DemandMethod(packet.AuthenticationMethod, packet.AuthenticationData);
        return packet with { Details = details.ToDetails() };
    }

    private static ConnAckPacket WithProperty(
        ConnAckPacket packet, PropertyIdentifier identifier, ref PropertyReader reader) => identifier switch
        {
            PropertyIdentifier.SessionExpiryInterval => packet with { SessionExpirySeconds = reader.ReadUInt32() },
            PropertyIdentifier.ReceiveMaximum => packet with { ReceiveMaximum = reader.ReadUInt16AboveZero() },
            PropertyIdentifier.MaximumQos => packet with
            {
                MaximumQos = reader.ReadFlag() ? MqttQos.AtLeastOnce : MqttQos.AtMostOnce,
            },
            PropertyIdentifier.RetainAvailable => packet with { IsRetainAvailable = reader.ReadFlag() },
            PropertyIdentifier.MaximumPacketSize => packet with { MaximumPacketSize = reader.ReadUInt32AboveZero() },
            PropertyIdentifier.AssignedClientIdentifier => packet with { AssignedClientId = reader.ReadText() },
            PropertyIdentifier.TopicAliasMaximum => packet with { TopicAliasMaximum = reader.ReadUInt16() },
            PropertyIdentifier.WildcardSubscriptionAvailable => packet with
            {
                IsWildcardSubscriptionAvailable = reader.ReadFlag(),
            },
            PropertyIdentifier.SubscriptionIdentifierAvailable => packet with
            {
                IsSubscriptionIdentifierAvailable = reader.ReadFlag(),
            },
            PropertyIdentifier.SharedSubscriptionAvailable => packet with
            {
                IsSharedSubscriptionAvailable = reader.ReadFlag(),
            },
            PropertyIdentifier.ServerKeepAlive => packet with { ServerKeepAliveSeconds = reader.ReadUInt16() },
            PropertyIdentifier.ResponseInformation => packet with { ResponseInformation = reader.ReadText() },
            PropertyIdentifier.ServerReference => packet with { ServerReference = reader.ReadText() },
            PropertyIdentifier.AuthenticationMethod => packet with { AuthenticationMethod = reader.ReadText() },
            _ => packet with { AuthenticationData = reader.ReadBinary() },
        };

    private static void DemandMethod(string? method, ReadOnlyMemory<byte>? data)
    {
        if (method is null && data is not null)
        {
            throw new MqttProtocolException(
                "MQTT 5.0 §3.1.2.11.10",
                MqttReasonCode.ProtocolError,
                "There is Authentication Data without an Authentication Method.");
        }
    }

    private static void CheckConnectFlags(byte flags, MqttProtocolVersion version)
    {
        var hasWill = (flags & 0x04) != 0;
        var willQos = (flags >> 3) & 0x03;
        var statement = (flags & 0x01) != 0 ? "MQTT-3.1.2-3"
            : !hasWill && (flags & 0x38) != 0 ? "MQTT-3.1.2-11"
            : willQos == 3 ? "MQTT-3.1.2-14"
            : (flags & 0xC0) == 0x40 && version < MqttProtocolVersion.V50 ? "MQTT-3.1.2-22"
            : null;
        if (statement is not null)
        {
            throw new MqttProtocolException(
                statement, MqttReasonCode.MalformedPacket, $"The connect flags 0x{flags:X2} contradict themselves.");
        }
    }
}
