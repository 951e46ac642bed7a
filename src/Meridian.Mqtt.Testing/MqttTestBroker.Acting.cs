namespace Meridian.Mqtt.Testing;

/// <content>What the broker does by itself when a test asks for it.</content>
public sealed partial class MqttTestBroker
{
    /// <summary>Publishes a message as the broker itself.</summary>
    /// <param name="topic">The Topic Name.</param>
    /// <param name="payload">The payload; not copied, do not write to it again.</param>
    /// <param name="qos">The QoS.</param>
    /// <param name="isRetained">Whether to retain it.</param>
    /// <exception cref="ArgumentException">The topic is not valid.</exception>
    public void Publish(
        string topic, ReadOnlyMemory<byte> payload, MqttQos qos = MqttQos.AtMostOnce, bool isRetained = false) =>
        Publish(new MqttApplicationMessage { Topic = topic, Payload = payload, Qos = qos, IsRetained = isRetained });

    /// <summary>Publishes a message with properties as the broker itself.</summary>
    /// <param name="message">The message; its payload is not copied, do not write to it again.</param>
    /// <exception cref="ArgumentException">The topic is not valid.</exception>
    public void Publish(MqttApplicationMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!TopicName.IsValid(message.Topic, out var problem))
        {
            throw new ArgumentException(problem, nameof(message));
        }

        lock (_state.Gate)
        {
            _state.Publish(new MqttTestMessage(
                "", message.Topic, message.Payload, message.Qos, message.IsRetained, IsDuplicate: false)
            {
                Properties = message.Properties,
            });
            _state.Traffic.Changed();
        }
    }

    /// <summary>
    /// Ends a client's connection: from 5.0 on with a DISCONNECT, before that without a word. Its Will is published.
    /// </summary>
    /// <param name="clientId">The client.</param>
    /// <param name="reason">Why.</param>
    /// <param name="reasonString">The reason in words.</param>
    /// <param name="serverReference">Where it should go; or null.</param>
    /// <returns>False when it is not connected.</returns>
    public bool Disconnect(
        string clientId, MqttReasonCode reason, string reasonString = "", string? serverReference = null)
    {
        lock (_state.Gate)
        {
            var connection = _state.FindSession(clientId)?.Connection;
            connection?.Leave(reason, reasonString, serverReference);
            return connection is not null;
        }
    }

    /// <summary>Ends all connections as <see cref="Disconnect"/> does.</summary>
    /// <param name="reason">Why.</param>
    public void DisconnectAll(MqttReasonCode reason = MqttReasonCode.ServerShuttingDown)
    {
        foreach (var session in Sessions)
        {
            Disconnect(session.ClientId, reason);
        }
    }

    /// <summary>
    /// Sends a client any bytes: packets that no broker makes, or no packets at all. Neither counted nor struck by
    /// faults.
    /// </summary>
    /// <param name="clientId">The client.</param>
    /// <param name="bytes">The bytes; copied.</param>
    /// <returns>False when it is not connected.</returns>
    public bool SendRaw(string clientId, ReadOnlySpan<byte> bytes)
    {
        lock (_state.Gate)
        {
            var connection = _state.FindSession(clientId)?.Connection;
            connection?.Outbound.Raw(bytes);
            return connection is not null;
        }
    }

    /// <summary>Ends a session as if it had expired; its connection is ended first.</summary>
    /// <param name="clientId">The client.</param>
    /// <returns>False when there is no such session.</returns>
    public bool ForgetSession(string clientId)
    {
        lock (_state.Gate)
        {
            _state.FindSession(clientId)?.Connection?.Close("The session was ended on purpose.");
            if (_state.FindSession(clientId) is not { } session)
            {
                return false;
            }

            _state.Remove(session);
            return true;
        }
    }
}
