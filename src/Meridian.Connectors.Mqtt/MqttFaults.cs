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
                Fault.Unauthorized, $"Broker {broker} refuses the credentials: {WordsOf(refused)}", refused),
        MqttConnectException { ReasonCode: MqttReasonCode.UnsupportedProtocolVersion } refused =>
            new ConnectorException(
                Fault.Misconfigured,
                $"Broker {broker} does not speak the version of MQTT that is set: {WordsOf(refused)} Set version to "
                + "newest or v311.",
                refused),
        MqttConnectException { IsTransient: false } refused =>
            new ConnectorException(
                Fault.Misconfigured, $"Broker {broker} refuses the connection: {WordsOf(refused)}", refused),
        MqttTlsException =>
            new ConnectorException(
                Fault.Unauthorized,
                $"Broker {broker} and this gateway do not trust each other: {WordsOf(error)}",
                error),
        MqttProxyException { IsTransient: false } =>
            new ConnectorException(
                Fault.Unauthorized,
                $"The proxy on the way to broker {broker} refuses the credentials: {WordsOf(error)}",
                error),
        MqttProtocolException =>
            new ConnectorException(
                Fault.Malformed, isTransient: true, $"Broker {broker} broke the protocol: {WordsOf(error)}", error),
        _ => new ConnectorException(Fault.Unreachable, $"Broker {broker} cannot be reached: {WordsOf(error)}", error),
    };

    /// <summary>The client speaks to programmers; here its options are settings in a file.</summary>
    private static string WordsOf(MqttException error) => error.Message
        .Replace("Tls.ClientCertificates", "tls.certificateFile", StringComparison.Ordinal)
        .Replace("Tls.CertificateAuthorities", "tls.caFile", StringComparison.Ordinal)
        .Replace("Tls.TargetHost", "tls.serverName", StringComparison.Ordinal);
}
