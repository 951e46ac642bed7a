namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>A message on its way to one session.</summary>
/// <param name="Message">What.</param>
/// <param name="Qos">The lower of what was published and granted [MQTT-3.8.4-8].</param>
/// <param name="IsRetained">The Retain flag that the client shall see.</param>
/// <param name="Identifiers">The Subscription Identifiers of what matched; empty for none.</param>
internal readonly record struct Delivery(MqttTestMessage Message, MqttQos Qos, bool IsRetained, uint[] Identifiers)
{
    /// <summary>
    /// Overlapping subscriptions give one copy at the highest QoS with all their identifiers [MQTT-3.3.4-2] to -5.
    /// Null when only subscriptions match that want nothing of their own client [MQTT-3.8.3-3].
    /// </summary>
    public static Delivery? To(Route route, MqttTestMessage message)
    {
        MqttQos? best = null;
        var keepsRetain = false;
        uint[] identifiers = [];
        foreach (var match in route.Matches)
        {
            if (match.NoLocal && string.Equals(message.ClientId, route.Session.ClientId, StringComparison.Ordinal))
            {
                continue;
            }

            best = best is { } known && known > match.Qos ? known : match.Qos;
            keepsRetain |= match.RetainAsPublished;
            if (match.Identifier != 0)
            {
                identifiers = [.. identifiers, match.Identifier];
            }
        }

        // Without Retain As Published the flag says "it was retained before" and is clear here [MQTT-3.3.1-12].
        return best is { } qos
            ? new Delivery(message, Min(qos, message.Qos), keepsRetain && message.IsRetained, identifiers)
            : null;
    }

    public static MqttQos Min(MqttQos one, MqttQos other) => one < other ? one : other;
}
