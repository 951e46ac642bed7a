namespace Meridian.Mqtt.Wire;

/// <summary>
/// Reads the properties of one packet, and holds them to the rules that all packets share: which property may stand
/// where, how often, and in which range its value lies (MQTT 5.0 §2.2.2).
/// </summary>
/// <remarks>Whoever reads asks for the next identifier and then for its value, each once.</remarks>
internal ref struct PropertyReader
{
    private readonly PropertyPlaces _place;
    private BodyReader _body;
    private ulong _seen;
    private PropertyIdentifier _current;

    /// <summary>Takes the Property Length and that many bytes off <paramref name="body"/>.</summary>
    public PropertyReader(ref BodyReader body, PropertyPlaces place)
    {
        _body = new BodyReader(body.ReadBytes(body.ReadVariableInteger()));
        _place = place;
    }

    public bool TryNext(out PropertyIdentifier identifier)
    {
        if (_body.IsAtEnd)
        {
            identifier = default;
            return false;
        }

        var number = _body.ReadVariableInteger();
        identifier = _current = (PropertyIdentifier)number;
        if (number > byte.MaxValue || (PlacesOf(identifier) & _place) == PropertyPlaces.None)
        {
            throw new MqttProtocolException(
                "MQTT 5.0 §2.2.2.2",
                MqttReasonCode.MalformedPacket,
                $"A property with the identifier 0x{number:X2} has no place in {_place}.");
        }

        var bit = 1UL << (int)number; // The largest identifier is below 64.
        if ((_seen & bit) != 0 && !MayRepeat(identifier))
        {
            throw Broken($"The property {identifier} stands twice in {_place}.");
        }

        _seen |= bit;
        return true;
    }

    /// <summary>A byte that is 0 or 1.</summary>
    public bool ReadFlag()
    {
        var value = _body.ReadByte();
        return value <= 1 ? value == 1 : throw Broken($"The property {_current} is {value}, neither 0 nor 1.");
    }

    public uint ReadUInt32() => _body.ReadUInt32();

    public uint ReadUInt32AboveZero()
    {
        var value = _body.ReadUInt32();
        return value != 0 ? value : throw Broken($"The property {_current} is zero.");
    }

    public ushort ReadUInt16() => _body.ReadUInt16();

    public ushort ReadUInt16AboveZero()
    {
        var value = _body.ReadUInt16();
        return value != 0 ? value : throw Broken($"The property {_current} is zero.");
    }

    public uint ReadSubscriptionIdentifier()
    {
        var value = (uint)_body.ReadVariableInteger();
        return value != 0 ? value : throw Broken("A Subscription Identifier is zero.");
    }

    public ushort ReadTopicAlias()
    {
        var value = _body.ReadUInt16();
        return value != 0
            ? value
            : throw new MqttProtocolException(
                "MQTT-3.3.2-8", MqttReasonCode.TopicAliasInvalid, "A Topic Alias is zero.");
    }

    public string ReadText() => _body.ReadText();

    /// <summary>A copy, since properties are kept.</summary>
    public byte[] ReadBinary() => _body.ReadBinary().ToArray();

    public MqttUserProperty ReadUserProperty() => new(_body.ReadText(), _body.ReadText());

    private readonly bool MayRepeat(PropertyIdentifier identifier) =>
        identifier == PropertyIdentifier.UserProperty
        || (identifier == PropertyIdentifier.SubscriptionIdentifier && _place == PropertyPlaces.Publish);

    private static MqttProtocolException Broken(string message) =>
        new("MQTT 5.0 §2.2.2", MqttReasonCode.ProtocolError, message);

    private static PropertyPlaces PlacesOf(PropertyIdentifier identifier) => identifier switch
    {
        PropertyIdentifier.UserProperty => PropertyPlaces.Everywhere,
        PropertyIdentifier.PayloadFormatIndicator
            or PropertyIdentifier.MessageExpiryInterval
            or PropertyIdentifier.ContentType
            or PropertyIdentifier.ResponseTopic
            or PropertyIdentifier.CorrelationData => PropertyPlaces.Message,
        PropertyIdentifier.TopicAlias => PropertyPlaces.Publish,
        PropertyIdentifier.SubscriptionIdentifier => PropertyPlaces.Publish | PropertyPlaces.Subscribe,
        PropertyIdentifier.WillDelayInterval => PropertyPlaces.Will,
        PropertyIdentifier.SessionExpiryInterval => PropertyPlaces.Opening | PropertyPlaces.Disconnect,
        PropertyIdentifier.ServerReference => PropertyPlaces.ConnAck | PropertyPlaces.Disconnect,
        PropertyIdentifier.AuthenticationMethod
            or PropertyIdentifier.AuthenticationData => PropertyPlaces.Opening | PropertyPlaces.Auth,
        PropertyIdentifier.ReasonString =>
            PropertyPlaces.ConnAck | PropertyPlaces.Acknowledgements | PropertyPlaces.Disconnect | PropertyPlaces.Auth,
        PropertyIdentifier.ReceiveMaximum
            or PropertyIdentifier.TopicAliasMaximum
            or PropertyIdentifier.MaximumPacketSize => PropertyPlaces.Opening,
        PropertyIdentifier.RequestProblemInformation
            or PropertyIdentifier.RequestResponseInformation => PropertyPlaces.Connect,
        PropertyIdentifier.AssignedClientIdentifier
            or PropertyIdentifier.ServerKeepAlive
            or PropertyIdentifier.ResponseInformation
            or PropertyIdentifier.MaximumQos
            or PropertyIdentifier.RetainAvailable
            or PropertyIdentifier.WildcardSubscriptionAvailable
            or PropertyIdentifier.SubscriptionIdentifierAvailable
            or PropertyIdentifier.SharedSubscriptionAvailable => PropertyPlaces.ConnAck,
        _ => PropertyPlaces.None,
    };
}
