namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>The last retained message of each topic (MQTT 5.0 §3.3.1.3). Guarded by the broker's gate.</summary>
internal sealed class RetainedMessages(MqttTestBrokerOptions options)
{
    private readonly Dictionary<string, MqttTestMessage> _messages = new(StringComparer.Ordinal);

    public IReadOnlyList<MqttTestMessage> All()
    {
        ForgetExpired();
        return [.. _messages.Values];
    }

    /// <summary>Keeps, replaces or clears; false when there is no room.</summary>
    public bool Keep(MqttTestMessage message)
    {
        if (message.Payload.IsEmpty)
        {
            _messages.Remove(message.Topic); // [MQTT-3.3.1-6]
            return true;
        }

        if (_messages.Count >= options.MaxRetainedMessages && !_messages.ContainsKey(message.Topic))
        {
            return false;
        }

        _messages[message.Topic] = message;
        return true;
    }

    public IReadOnlyList<MqttTestMessage> Find(string filter)
    {
        ForgetExpired();
        return [.. _messages.Values.Where(message => TopicFilter.Matches(filter, message.Topic))];
    }

    private void ForgetExpired()
    {
        var now = options.Time.GetUtcNow();
        foreach (var (topic, message) in _messages)
        {
            if (message.LifeLeft(now) <= TimeSpan.Zero)
            {
                _messages.Remove(topic); // A dictionary allows this while it is walked.
            }
        }
    }
}
