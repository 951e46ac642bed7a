namespace Meridian.Mqtt.Wire;

/// <content>The packets that begin and end subscriptions.</content>
internal sealed partial class PacketDecoder
{
    /// <summary>SUBSCRIBE.</summary>
    public static SubscribePacket ReadSubscribe(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        var (subscriptionIdentifier, user) = version < MqttProtocolVersion.V50
            ? default
            : ReadRequestProperties(ref body, PropertyPlaces.Subscribe);
        var subscriptions = new List<MqttSubscriptionRequest>();
        do
        {
            var filter = ReadFilter(ref body, version);
            subscriptions.Add(ReadOptions(filter, body.ReadByte(), version));
        }
        while (!body.IsAtEnd); // At least one: [MQTT-3.8.3-3].

        return new SubscribePacket(identifier, subscriptions)
        {
            SubscriptionIdentifier = subscriptionIdentifier,
            UserProperties = user ?? [],
        };
    }

    /// <summary>SUBACK.</summary>
    public static SubAckPacket ReadSubAck(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        var details = version < MqttProtocolVersion.V50 ? null : ReadDetails(ref body, PropertyPlaces.SubAck);
        var codes = body.ReadBytes(body.Remaining).ToArray();
        foreach (var code in codes)
        {
            if (version < MqttProtocolVersion.V50 ? code is > 2 and not 0x80 : !IsSubscriptionCode(code, last: 0x02))
            {
                throw new MqttProtocolException(
                    "MQTT-3.9.3-2", MqttReasonCode.MalformedPacket, $"SUBACK return code 0x{code:X2} is reserved.");
            }
        }

        return new SubAckPacket(identifier, codes, details);
    }

    /// <summary>UNSUBSCRIBE.</summary>
    public static UnsubscribePacket ReadUnsubscribe(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        var (_, user) = version < MqttProtocolVersion.V50
            ? default
            : ReadRequestProperties(ref body, PropertyPlaces.Unsubscribe);
        var filters = new List<string>();
        do
        {
            filters.Add(ReadFilter(ref body, version));
        }
        while (!body.IsAtEnd); // At least one: [MQTT-3.10.3-2].

        return new UnsubscribePacket(identifier, filters) { UserProperties = user ?? [] };
    }

    /// <summary>UNSUBACK; it has codes from 5.0 on.</summary>
    public static UnsubAckPacket ReadUnsubAck(in Frame frame, MqttProtocolVersion version)
    {
        var body = new BodyReader(Contiguous(frame));
        var identifier = body.ReadPacketIdentifier();
        if (version < MqttProtocolVersion.V50)
        {
            body.DemandEnd();
            return new UnsubAckPacket(identifier, []);
        }

        var details = ReadDetails(ref body, PropertyPlaces.UnsubAck);
        var codes = body.ReadBytes(body.Remaining).ToArray();
        foreach (var code in codes)
        {
            if (code != (byte)MqttReasonCode.NoSubscriptionExisted && !IsSubscriptionCode(code, last: 0x00))
            {
                throw new MqttProtocolException(
                    "MQTT-3.11.3-2", MqttReasonCode.MalformedPacket, $"UNSUBACK Reason Code 0x{code:X2} is reserved.");
            }
        }

        return new UnsubAckPacket(identifier, codes, details);
    }

    private static bool IsSubscriptionCode(byte code, byte last) =>
        code <= last || (code >= (byte)MqttReasonCode.UnspecifiedError && Enum.IsDefined((MqttReasonCode)code));

    private static (uint SubscriptionIdentifier, List<MqttUserProperty>? User) ReadRequestProperties(
        ref BodyReader body, PropertyPlaces place)
    {
        var reader = new PropertyReader(ref body, place);
        var subscriptionIdentifier = 0u;
        List<MqttUserProperty>? user = null;
        while (reader.TryNext(out var identifier))
        {
            if (identifier == PropertyIdentifier.SubscriptionIdentifier)
            {
                subscriptionIdentifier = reader.ReadSubscriptionIdentifier();
            }
            else
            {
                (user ??= []).Add(reader.ReadUserProperty());
            }
        }

        return (subscriptionIdentifier, user);
    }

    private static MqttSubscriptionRequest ReadOptions(string filter, byte options, MqttProtocolVersion version)
    {
        var qos = options & 0x03;
        var retainHandling = (options >> 4) & 0x03;
        if (qos == 3 || (options & 0xC0) != 0 || retainHandling == 3
            || (version < MqttProtocolVersion.V50 && options > 2))
        {
            throw new MqttProtocolException(
                version < MqttProtocolVersion.V50 ? "MQTT-3.8.3-4" : "MQTT-3.8.3-5",
                MqttReasonCode.MalformedPacket,
                $"The Subscription Options 0x{options:X2} are not valid.");
        }

        if ((options & 0x04) != 0 && filter.StartsWith("$share/", StringComparison.Ordinal))
        {
            throw new MqttProtocolException(
                "MQTT-3.8.3-4", MqttReasonCode.ProtocolError, "A shared subscription has the No Local option.");
        }

        return new MqttSubscriptionRequest(filter, (MqttQos)qos)
        {
            NoLocal = (options & 0x04) != 0,
            RetainAsPublished = (options & 0x08) != 0,
            RetainHandling = (MqttRetainHandling)retainHandling,
        };
    }

    private static string ReadFilter(ref BodyReader body, MqttProtocolVersion version)
    {
        var filter = body.ReadText();
        return TopicFilter.FindFault(filter) is { } fault ? throw fault.ToException(version) : filter;
    }
}
