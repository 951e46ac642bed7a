namespace Meridian.Mqtt.Session;

/// <summary>
/// What the server's aliases stand for on one connection (MQTT 5.0 §3.3.2.3.4). Pure; used by the read loop alone.
/// Takes memory up to the highest alias that was seen.
/// </summary>
internal sealed class IncomingTopicAliases(int maximum)
{
    private string?[] _topics = [];

    /// <summary>The topic of a PUBLISH with an alias; a topic beside it is remembered. May be asked twice.</summary>
    /// <exception cref="MqttProtocolException">The alias is above the maximum, or nothing is known of it.</exception>
    public string Resolve(ushort alias, string topic)
    {
        if (alias > maximum)
        {
            throw new MqttProtocolException(
                "MQTT-3.3.2-10",
                MqttReasonCode.TopicAliasInvalid,
                $"The server uses Topic Alias {alias}; the client allows {maximum}.");
        }

        if (topic.Length == 0)
        {
            return alias <= _topics.Length && _topics[alias - 1] is { } known
                ? known
                : throw new MqttProtocolException(
                    "MQTT 5.0 §3.3.2.3.4",
                    MqttReasonCode.ProtocolError,
                    $"The server uses Topic Alias {alias} before it has said what it stands for.");
        }

        if (alias > _topics.Length)
        {
            Array.Resize(ref _topics, Math.Min(maximum, Math.Max(alias, _topics.Length * 2)));
        }

        _topics[alias - 1] = topic;
        return topic;
    }
}
