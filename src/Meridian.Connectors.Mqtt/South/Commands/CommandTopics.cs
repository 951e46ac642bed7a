using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.South.Commands;

/// <summary>Which topics are commands for what, and where they are answered. Pure.</summary>
internal sealed class CommandTopics(MqttCommandSettings settings)
{
    private readonly string _prefix = settings.Topic + "/";

    /// <summary>What to subscribe to. No topic of an answer is selected by it.</summary>
    public string Filter { get; } = FilterOf(settings);

    /// <summary>What is wrong with the settings, with paths from the South's record on.</summary>
    public static IEnumerable<SettingsProblem> Check(MqttCommandSettings settings)
    {
        var isGood = true;
        foreach (var problem in CheckPrefix("settings.commands.topic", settings.Topic))
        {
            isGood = false;
            yield return problem;
        }

        foreach (var problem in CheckPrefix("settings.commands.answerTopic", settings.AnswerTopic))
        {
            yield return problem;
        }

        if (isGood && string.Equals(settings.AnswerTopic, settings.Topic, StringComparison.Ordinal))
        {
            yield return new SettingsProblem(
                "settings.commands.answerTopic",
                $"Answers on '{settings.AnswerTopic}/…' would come back as commands; name another topic, or leave it "
                + "out to answer on the command's topic and '/answer'.");
        }
    }

    /// <summary>The filter of good settings.</summary>
    public static string FilterOf(MqttCommandSettings settings) => settings.Topic + "/+/+";

    /// <summary>Reads South and item from a topic.</summary>
    public bool TryRead(string topic, [NotNullWhen(true)] out string? south, [NotNullWhen(true)] out string? item)
    {
        (south, item) = (null, null);
        if (!topic.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var names = topic[_prefix.Length..].Split('/');
        if (names.Length != 2)
        {
            return false;
        }

        (south, item) = (names[0], names[1]);
        return true;
    }

    /// <summary>Where a command without a Response Topic is answered.</summary>
    public string AnswerTo(string topic) => settings.AnswerTopic is { Length: > 0 } answers
        ? $"{answers}/{topic[_prefix.Length..]}"
        : topic + "/answer";

    private static IEnumerable<SettingsProblem> CheckPrefix(string path, string? prefix)
    {
        if (string.IsNullOrEmpty(prefix))
        {
            yield break; // Required is said elsewhere; none is the default.
        }

        if (prefix.AsSpan().ContainsAny('+', '#') || prefix[^1] == '/' || prefix[0] == '$')
        {
            yield return new SettingsProblem(
                path,
                $"'{prefix}' is what topics begin with: it has no '+' or '#', does not begin with '$' and does not end "
                + "with '/', such as 'meridian/set'.");
        }
        else if (!TopicName.IsValid(prefix, out var problem))
        {
            yield return new SettingsProblem(path, problem);
        }
    }
}
