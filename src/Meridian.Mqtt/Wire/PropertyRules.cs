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
            if ((FindTextProblem($"The name of User Property {i}", properties[i].Name)
                ?? FindTextProblem($"The value of User Property {i}", properties[i].Value)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>[MQTT-1.5.4-1], [MQTT-1.5.4-2] and the length that two bytes can say.</summary>
    public static string? FindTextProblem(string name, string? text)
    {
        if (text is null)
        {
            return $"{name} is null.";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return $"{name} contains the character U+0000 [MQTT-1.5.4-2].";
        }

        if (!TopicName.HasOnlyWholeCharacters(text))
        {
            return $"{name} contains half of a surrogate pair [MQTT-1.5.4-1].";
        }

        return text.Length > MaxBytes / 3 && Encoding.UTF8.GetByteCount(text) > MaxBytes
            ? $"{name} is longer than {MaxBytes} bytes."
            : null;
    }
}
