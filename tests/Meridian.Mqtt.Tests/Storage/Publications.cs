using System.Text;
using Meridian.Mqtt.Storage;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>Publications for the tests of stores, and what they look like as text.</summary>
internal static class Publications
{
    public static MqttStoredPublication Of(ulong key, int bytes = 20) => new(key, new MqttApplicationMessage
    {
        Topic = $"t/{key % 7}",
        Payload = Encoding.UTF8.GetBytes($"{key}:".PadRight(bytes, 'x')),
        Qos = key % 2 == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce,
        IsRetained = key % 5 == 0,
        Properties = key % 3 == 0
            ? new MqttMessageProperties { ContentType = "text", UserProperties = [new("key", $"{key}")] }
            : null,
    })
    {
        ExpiresAt = key % 4 == 0 ? DateTimeOffset.UnixEpoch.AddHours(key) : null,
    };

    public static string Text(MqttStoredPublication publication)
    {
        var message = publication.Message;
        var user = message.Properties?.UserProperties.Select(static p => $"{p.Name}={p.Value}") ?? [];
        return $"{publication.Key} {message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)} q{(int)message.Qos} "
            + $"r{message.IsRetained} e{publication.ExpiresAt?.UtcTicks} {message.Properties?.ContentType} "
            + $"{message.Properties?.ResponseTopic} {string.Join(',', user)}";
    }
}
