using System.Text;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Formats.Templates;
using Meridian.Mqtt;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>What is wrong with the settings of an MQTT North, all of it at once.</summary>
internal static class MqttNorthCheck
{
    public static IEnumerable<SettingsProblem> Find(MqttNorthSettings settings) =>
        ConnectionCheck.Find(settings).Concat(
            settings.Format == MqttNorthFormat.SparkplugB
                ? SparkplugNorthCheck.Find(settings).Concat(FindUnused(settings))
                : FindTopic(settings.Topic).Concat(FindPayload(settings)).Concat(FindProperties(settings.Properties)));

    /// <summary>Topics, payloads and what they say of themselves are Sparkplug's own.</summary>
    private static IEnumerable<SettingsProblem> FindUnused(MqttNorthSettings settings)
    {
        if (settings.Properties is not null)
        {
            yield return new SettingsProblem(
                "settings.properties", "Sparkplug's messages have properties of their own; leave 'properties' out.");
        }
    }

    private static IEnumerable<SettingsProblem> FindTopic(string topic)
    {
        if (!TextTemplate.TryCompile(topic, ReadingPlaceholders.All, out var template, out var problems))
        {
            foreach (var problem in problems)
            {
                yield return new SettingsProblem("settings.topic", problem);
            }
        }
        else if (template.Used == TemplatePlaceholders.None
            && !TopicName.IsValid(template.Render(default), out var wrong))
        {
            yield return new SettingsProblem("settings.topic", wrong);
        }
        else if (topic.AsSpan().ContainsAny('+', '#'))
        {
            yield return new SettingsProblem(
                "settings.topic",
                $"The topic '{topic}' contains a wildcard, to which nothing can be published; leave "
                + "out '+' and '#'.");
        }
    }

    private static IReadOnlyList<SettingsProblem> FindPayload(MqttNorthSettings settings)
    {
        if (settings.Format != MqttNorthFormat.Template)
        {
            return [];
        }

        if (settings.Payload is not { } payload)
        {
            return [new SettingsProblem("settings.payload", "The format template needs a 'payload'; set it.")];
        }

        _ = PayloadTemplate.TryCompile(
            payload, "settings.payload", ReadingPlaceholders.All, out var template, out var problems);
        template?.Dispose();
        return problems;
    }

    private static IEnumerable<SettingsProblem> FindProperties(MqttMessageSettings? properties)
    {
        const string Path = "settings.properties";
        if (properties is null)
        {
            yield break;
        }

        if (properties.ContentType is { } type && FindTextProblem(type) is { } wrong)
        {
            yield return new SettingsProblem($"{Path}.contentType", wrong);
        }

        if (properties.MessageExpiry is { } expiry && expiry.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            yield return new SettingsProblem(
                $"{Path}.messageExpiry",
                $"The message expiry of {expiry} is not in whole seconds; MQTT counts in those.");
        }

        foreach (var (name, text) in properties.UserProperties)
        {
            _ = TextTemplate.TryCompile(text, ReadingPlaceholders.All, out _, out var problems);
            string?[] mistakes = [.. problems, FindTextProblem(name), FindTextProblem(text)];
            foreach (var problem in mistakes.OfType<string>())
            {
                yield return new SettingsProblem($"{Path}.userProperties.{name}", problem);
            }
        }
    }

    private static string? FindTextProblem(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? "It contains the character U+0000, which MQTT forbids; leave it out."
            : Encoding.UTF8.GetByteCount(text) is > PublishProperties.MaxTextBytes and var bytes
                ? $"It has {bytes} bytes; MQTT allows {PublishProperties.MaxTextBytes}."
                : null;
}
