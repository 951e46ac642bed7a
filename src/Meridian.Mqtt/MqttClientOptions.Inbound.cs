namespace Meridian.Mqtt;

/// <content>What is received.</content>
public sealed partial record MqttClientOptions
{
    /// <summary>How many bytes of payload at QoS 1 and 2 may be held beside full <see cref="MqttSubscription"/>s, at
    /// least 1. Beyond that reading pauses, as at <see cref="ReceiveMaximum"/>.</summary>
    /// <value>64 MiB by default.</value>
    public long MaxHeldBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// True: in MQTT 5.0 too, reading pauses at <see cref="ReceiveMaximum"/>, as it does in older versions. False: a
    /// server of MQTT 5.0 that sends more breaks the protocol, and the connection is ended with <see
    /// cref="MqttReasonCode.ReceiveMaximumExceeded"/> (MQTT 5.0 §3.3.4 allows it).
    /// </summary>
    /// <remarks>A server that keeps the limit makes no pause. One that does not, such as mosquitto 2.0.11 after a
    /// reconnect, sends the same again on the next connection: ending that would go on for ever. False finds such
    /// servers, in a test.</remarks>
    /// <value>True by default.</value>
    public bool PauseAtReceiveMaximum { get; init; } = true;

    /// <summary>
    /// Where answers to <see cref="MqttClient.RequestAsync(string, ReadOnlyMemory{byte}, TimeSpan, MqttQos,
    /// CancellationToken)"/> are sent: the client adds a level that nobody can guess. The server's own response
    /// information takes its place where <see cref="RequestResponseInformation"/> brings one.
    /// </summary>
    /// <value><c>meridian/response</c> by default.</value>
    public string ResponseTopicPrefix { get; init; } = "meridian/response";

    private void CheckInbound(List<string> problems)
    {
        Check(problems, MaxHeldBytes >= 1, $"MaxHeldBytes {MaxHeldBytes} is below 1.");
        Check(
            problems, TopicName.IsValid(ResponseTopicPrefix, out var problem), $"ResponseTopicPrefix: {problem}");
    }
}
