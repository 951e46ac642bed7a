using System.Text;

namespace Meridian.Mqtt.Wire;

/// <summary>What an application may put into properties: checked before anything is encoded.</summary>
internal static class PropertyRules
{
    private const int MaxBytes = 65_535;

    /// <summary>One sentence on the first problem, or null.</summary>
    public static string? FindProblem(MqttMessageProperties? properties)
    {
        if (properties is null)
        {
            return null;
        }

        if (properties.Expiry is { } expiry && (expiry < TimeSpan.Zero || expiry > WireTime.Max))
        {
            return $"Expiry {expiry} is not between 0 and 4294967295 s.";
        }

        if (properties.ResponseTopic is { } topic && !TopicName.IsValid(topic, out var problem))
        {
            return $"ResponseTopic: {problem} [MQTT-3.3.2-14]";
        }

        if (properties.CorrelationData is { Length: > MaxBytes } data)
        {
            return $"CorrelationData has {data.Length} bytes; at most {MaxBytes} fit.";
        }

        return (properties.ContentType is { } type ? FindTextProblem("ContentType", type) : null)
            ?? (properties.UserProperties is null
                ? "UserProperties is null; leave it empty for none."
                : FindProblem(properties.UserProperties));
    }

    /// <inheritdoc cref="FindProblem(MqttMessageProperties?)"/>
    public static string? FindProblem(IReadOnlyList<MqttUserProperty> properties)
    {
        for (var i = 0; i < properties.Count; i++)
        {
            // The words are made for a problem only: this runs for each message.
            if (FindTextObjection(properties[i].Name) is { } ofName)
            {
                return $"The name of User Property {i} {ofName}";
            }

            if (FindTextObjection(properties[i].Value) is { } ofValue)
            {
                return $"The value of User Property {i} {ofValue}";
            }
        }

        return null;
    }

    /// <summary>[MQTT-1.5.4-1], [MQTT-1.5.4-2] and the length that two bytes can say.</summary>
    public static string? FindTextProblem(string name, string? text) =>
        FindTextObjection(text) is { } objection ? $"{name} {objection}" : null;

    /// <summary>What is wrong with a text, without its name.</summary>
    private static string? FindTextObjection(string? text)
    {
        if (text is null)
        {
            return "is null.";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "contains the character U+0000 [MQTT-1.5.4-2].";
        }

        if (!TopicName.HasOnlyWholeCharacters(text))
        {
            return "contains half of a surrogate pair [MQTT-1.5.4-1].";
        }

        return text.Length > MaxBytes / 3 && Encoding.UTF8.GetByteCount(text) > MaxBytes
            ? $"is longer than {MaxBytes} bytes."
            : null;
    }
}
