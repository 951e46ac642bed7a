using System.Globalization;
using Meridian.Connectors.Mqtt.South;
using Meridian.Mqtt;
using Meridian.Sdk;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>
/// What a broker said of itself when it took a connection, as far as it concerns the connector; before MQTT 5.0 it says
/// nothing, and what is obvious is not told.
/// </summary>
internal static class ConnectionFacts
{
    public static IEnumerable<Diagnostic> Of(MqttConnectResult result, MqttConnectionSettings settings)
    {
        yield return new Diagnostic("Protocol", WordOf(result.Version));
        yield return new Diagnostic(
            "Encryption",
            result.Server.Transport is MqttTransport.Tls or MqttTransport.SecureWebSocket ? "TLS" : "none");
        yield return new Diagnostic(
            "User",
            string.IsNullOrEmpty(settings.UserName) ? "none" : $"'{ConnectionWords.UserOf(settings)}', accepted");
        yield return new Diagnostic(
            "Keep-alive",
            result.ServerKeepAlive is { } demanded ? $"{Seconds(demanded)}, the broker demands it"
                : Seconds(settings.KeepAlive));
        foreach (var limit in result.Version < MqttProtocolVersion.V50 ? [] : LimitsOf(result, settings))
        {
            yield return limit;
        }
    }

    public static string Milliseconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");

    private static IEnumerable<Diagnostic> LimitsOf(MqttConnectResult result, MqttConnectionSettings settings)
    {
        yield return new Diagnostic(
            "Largest packet", result.MaximumPacketSize is { } bytes ? Number(bytes, "bytes") : "no limit of its own");
        if (settings is MqttSouthSettings)
        {
            yield return new Diagnostic("Wildcards", Word(result.IsWildcardSubscriptionAvailable));
            yield return new Diagnostic("Subscription identifiers", Word(result.IsSubscriptionIdentifierAvailable));
            yield return new Diagnostic("Shared subscriptions", Word(result.IsSharedSubscriptionAvailable));
        }
        else
        {
            yield return new Diagnostic("Highest QoS", Number((int)result.MaximumQos));
            yield return new Diagnostic("Retained messages", Word(result.IsRetainAvailable));
            yield return new Diagnostic("On their way at once", Number(result.ReceiveMaximum, "messages"));
        }
    }

    private static string WordOf(MqttProtocolVersion version) => version switch
    {
        MqttProtocolVersion.V50 => "MQTT 5.0",
        MqttProtocolVersion.V31 => "MQTT 3.1",
        _ => "MQTT 3.1.1",
    };

    private static string Word(bool isAvailable) => isAvailable ? "available" : "not available";

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(long number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {unit}");
}
