namespace Meridian.Mqtt.Wire;

/// <summary>
/// Gathers the properties that a PUBLISH and a Will share; nothing is allocated before the first of them is there.
/// </summary>
internal struct MessagePropertiesReader
{
    private bool _isText;
    private uint? _expirySeconds;
    private string? _contentType;
    private string? _responseTopic;
    private byte[]? _correlation;
    private List<MqttUserProperty>? _user;

    /// <summary>Takes the value that <paramref name="reader"/> stands before, if it is one of a message.</summary>
    public bool TryTake(ref PropertyReader reader, PropertyIdentifier identifier)
    {
        switch (identifier)
        {
            case PropertyIdentifier.PayloadFormatIndicator:
                _isText = reader.ReadFlag();
                return true;
            case PropertyIdentifier.MessageExpiryInterval:
                _expirySeconds = reader.ReadUInt32();
                return true;
            case PropertyIdentifier.ContentType:
                _contentType = reader.ReadText();
                return true;
            case PropertyIdentifier.ResponseTopic:
                _responseTopic = reader.ReadText();
                return TopicName.IsValid(_responseTopic, out var problem)
                    ? true
                    : throw new MqttProtocolException("MQTT-3.3.2-14", MqttReasonCode.ProtocolError, problem);
            case PropertyIdentifier.CorrelationData:
                _correlation = reader.ReadBinary();
                return true;
            case PropertyIdentifier.UserProperty:
                (_user ??= []).Add(reader.ReadUserProperty());
                return true;
            default:
                return false;
        }
    }

    /// <summary>What was gathered; null when that is nothing.</summary>
    public readonly MqttMessageProperties? ToProperties() =>
        !_isText && _expirySeconds is null && _contentType is null && _responseTopic is null && _correlation is null
        && _user is null
            ? null
            : new MqttMessageProperties
            {
                IsText = _isText,
                Expiry = _expirySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                ContentType = _contentType,
                ResponseTopic = _responseTopic,
                // A bare null would become an empty memory here, and empty data is not none.
                CorrelationData = _correlation is null ? default(ReadOnlyMemory<byte>?) : _correlation,
                UserProperties = _user is null ? [] : _user,
            };
}
