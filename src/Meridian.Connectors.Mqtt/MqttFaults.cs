using Meridian.Mqtt;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Mqtt;

/// <summary>The client's errors in the engine's words; the one place that knows both.</summary>
internal static class MqttFaults
{
    /// <summary>The fault for an error of the connection.</summary>
    /// <param name="error">What the client threw or reported.</param>
    /// <param name="broker">The broker in words: host and port.</param>
    public static ConnectorException From(MqttException error, string broker) => error switch
    {
        MqttConnectException
        {
            ReasonCode: MqttReasonCode.BadUserNameOrPassword or MqttReasonCode.NotAuthorized
        } refused =>
            // Retried although the client would not: rights are repaired at the broker, not here.
            new ConnectorException(
                Fault.Unauthorized, $"Broker {broker} refuses the credentials: {refused.Message}", refused),
        MqttConnectException { IsTransient: false } refused =>
            new ConnectorException(
                Fault.Misconfigured, $"Broker {broker} refuses the connection: {refused.Message}", refused),
        MqttProtocolException =>
            new ConnectorException(
                Fault.Malformed, isTransient: true, $"Broker {broker} broke the protocol: {error.Message}", error),
        _ => new ConnectorException(Fault.Unreachable, $"Broker {broker} cannot be reached: {error.Message}", error),
    };
}
