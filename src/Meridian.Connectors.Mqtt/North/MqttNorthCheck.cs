using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Formats.Templates;
using Meridian.Mqtt;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>What is wrong with the settings of an MQTT North, all of it at once.</summary>
internal static class MqttNorthCheck
{
    public static IEnumerable<SettingsProblem> Find(MqttNorthSettings settings)
    {
        foreach (var problem in ConnectionCheck.Find(settings))
        {
            yield return problem;
        }

        if (settings.Format == MqttNorthFormat.SparkplugB)
        {
            foreach (var problem in SparkplugNorthCheck.Find(settings))
            {
                yield return problem;
            }

            yield break; // Its topics are the specification's.
        }

        if (!TextTemplate.TryCompile(settings.Topic, PublishTopics.Placeholders, out var template, out var problems))
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
        else if (settings.Topic.AsSpan().ContainsAny('+', '#'))
        {
            yield return new SettingsProblem(
                "settings.topic",
                $"The topic '{settings.Topic}' contains a wildcard, to which nothing can be published; leave "
                + "out '+' and '#'.");
        }
    }
}
