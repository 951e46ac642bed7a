using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>Reads <c>NAME=VALUE</c>.</summary>
internal static class UserPropertyText
{
    public static IReadOnlyList<MqttUserProperty> Read(string option, string[]? texts, ICollection<string> problems)
    {
        var properties = new List<MqttUserProperty>();
        foreach (var text in texts ?? [])
        {
            if (TrySplit(text, '=', out var name, out var value))
            {
                properties.Add(new MqttUserProperty(name, value));
            }
            else
            {
                problems.Add($"{option} '{text}' is not NAME=VALUE.");
            }
        }

        return properties;
    }

    public static bool TrySplit(
        string text, char separator, [NotNullWhen(true)] out string? name, [NotNullWhen(true)] out string? value)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        name = at > 0 ? text[..at] : null;
        value = at > 0 ? text[(at + 1)..] : null;
        return at > 0;
    }
}
