using Meridian.Connectors.Mqtt.Connection;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Mqtt;

/// <summary>The client's errors in the engine's words; the one place that knows both.</summary>
internal static class MqttFaults
{
    /// <summary>The fault for an error of the connection.</summary>
    /// <param name="error">What the client threw or reported.</param>
    /// <param name="settings">The settings of the connection, whose names the message uses.</param>
    public static ConnectorException From(MqttException error, MqttConnectionSettings settings)
    {
        var broker = ConnectionSetup.NameOf(settings);
        var words = ConnectionWords.Of(error, settings);
        return error switch
        {
            MqttConnectException refused => FromRefusal(refused, settings),
            MqttTlsException { IsPeerWithoutTls: true } => new ConnectorException(
                Fault.Malformed, $"Broker {broker} does not speak TLS there: {words}", error),
            MqttTlsException { IsConnectionClosed: true } => new ConnectorException(
                Fault.Unreachable, $"There is no connection to broker {broker}: {words}", error),
            // What this side was asked for, such as a file of certificates, before the broker was.
            MqttTlsException { InnerException: ConnectorException own } => new ConnectorException(
                own.Fault, own.IsTransient, $"There is no connection to broker {broker}: {words}", error),
            MqttTlsException => new ConnectorException(
                Fault.Unauthorized, $"Broker {broker} and this gateway do not trust each other: {words}", error),
            MqttProxyException { IsTransient: false } => new ConnectorException(
                Fault.Unauthorized,
                $"The proxy on the way to broker {broker} refuses the credentials: {words}",
                error),
            MqttWebSocketException { StatusCode: 401 or 403 } => new ConnectorException(
                Fault.Unauthorized, $"Broker {broker} refuses the access: {words}", error),
            MqttProtocolException { ReasonCode: MqttReasonCode.PacketTooLarge } => new ConnectorException(
                Fault.Malformed,
                isTransient: true,
                $"Broker {broker} sent more than settings.maxPacketSize, {settings.MaxPacketSize}, lets through: "
                + $"{words} Raise it if such messages are published; if not, what listens there is no MQTT broker.",
                error),
            MqttProtocolException => new ConnectorException(
                Fault.Malformed,
                isTransient: true,
                $"Broker {broker} sent what is not MQTT: {words} Check that an MQTT broker listens there "
                + "(settings.host, settings.port), and that nothing on the way changes what it sends.",
                error),
            MqttTimeoutException => new ConnectorException(
                Fault.Unreachable, $"Broker {broker} does not answer: {words}", error),
            MqttRejectedException rejected => FromRejection(rejected, broker, words),
            _ => new ConnectorException(
                Fault.Unreachable, $"There is no connection to broker {broker}: {words}", error),
        };
    }

    /// <summary>
    /// Whether a rejection is of the one message, which will be refused for ever. Rights, and what a broker takes of
    /// nobody, are repaired at the broker or in the settings: until then the messages wait.
    /// </summary>
    public static bool IsOfTheMessage(MqttRejectedException rejected) => !rejected.IsTransient
        && rejected.ReasonCode is not (
            MqttReasonCode.NotAuthorized or MqttReasonCode.QosNotSupported or MqttReasonCode.RetainNotSupported);

    // All are tried again: the broker may have been restarted, or its rights are being mended.
    private static ConnectorException FromRejection(MqttRejectedException rejected, string broker, string words) =>
        rejected.ReasonCode == MqttReasonCode.NotAuthorized
            ? new ConnectorException(
                Fault.Unauthorized,
                $"Broker {broker} does not give this client the right to that: {words} Grant it at the broker; until "
                + "then it is tried again.",
                rejected)
            : new ConnectorException(
                Fault.Rejected,
                isTransient: true,
                $"Broker {broker} does not do what is asked of it: {words}",
                rejected);

    private static ConnectorException FromRefusal(MqttConnectException refused, MqttConnectionSettings settings)
    {
        var broker = ConnectionSetup.NameOf(settings);
        var quoted = ConnectionWords.Quote(refused.ReasonString, settings);
        var words = ConnectionWords.Of(refused, settings);
        return refused.ReasonCode switch
        {
            // Retried although the client would not: rights are repaired at the broker, not here.
            MqttReasonCode.BadUserNameOrPassword or MqttReasonCode.NotAuthorized => new ConnectorException(
                Fault.Unauthorized,
                string.IsNullOrEmpty(settings.UserName)
                    ? $"Broker {broker} refuses the credentials: it does not let this client in without a user name "
                        + $"({refused.ReasonCode}). Set settings.userName and settings.password, or let the broker "
                        + $"allow it.{quoted}"
                    : $"Broker {broker} refuses the credentials of user '{ConnectionWords.UserOf(settings)}' "
                        + $"({refused.ReasonCode}). Check settings.userName and settings.password, and the user at the "
                        + $"broker.{quoted}",
                refused),
            MqttReasonCode.UnsupportedProtocolVersion => new ConnectorException(
                Fault.Misconfigured,
                $"Broker {broker} does not speak the version of MQTT that is set: {words} Set settings.version to "
                + "newest or v311.",
                refused),
            _ when !refused.IsTransient => new ConnectorException(
                Fault.Misconfigured, $"Broker {broker} refuses the connection: {words}", refused),
            _ => new ConnectorException(
                Fault.Unreachable, $"Broker {broker} takes no connection now: {words}", refused),
        };
    }
}
