using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Subscriptions;

namespace Meridian.Mqtt;

/// <summary>The rules for the pattern that a subscription names, and its meaning (MQTT 3.1.1 §4.7).</summary>
public static class TopicFilter
{
    /// <summary>Says whether a text may be subscribed to. What begins with <c>$share/</c> is a shared subscription,
    /// <c>$share/NAME/FILTER</c>, in every version (MQTT 5.0 §4.8.2): servers of older versions that share write it so
    /// too.</summary>
    /// <param name="filter">The text.</param>
    /// <param name="problem">What is wrong, as a sentence; null when it is valid.</param>
    public static bool IsValid([NotNullWhen(true)] string? filter, [NotNullWhen(false)] out string? problem)
    {
        problem = FindFault(filter)?.Sentence;
        return problem is null;
    }

    internal static TopicFault? FindFault(string? filter) =>
        TopicName.FindTextFault(filter) ?? FindWildcardFault(filter) ?? SharedFilter.FindFault(filter!);

    /// <summary>Says whether a Topic Filter selects a Topic Name. Both must be valid.</summary>
    /// <param name="filter">The Topic Filter.</param>
    /// <param name="topic">The Topic Name.</param>
    /// <remarks>A filter that begins with a wildcard never selects a topic that begins with <c>$</c> [MQTT-4.7.2-1];
    /// <c>sport/#</c> selects <c>sport</c> too (§4.7.1.2).</remarks>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        if (topic.StartsWith('$') && (filter.StartsWith('+') || filter.StartsWith('#')))
        {
            return false;
        }

        while (true)
        {
            var level = NextLevel(ref filter, out var filterHasMore);
            if (level is "#")
            {
                return true;
            }

            var name = NextLevel(ref topic, out var topicHasMore);
            if (level is not "+" && !level.SequenceEqual(name))
            {
                return false;
            }

            if (!topicHasMore)
            {
                return !filterHasMore || filter is "#";
            }

            if (!filterHasMore)
            {
                return false;
            }
        }
    }

    private static ReadOnlySpan<char> NextLevel(ref ReadOnlySpan<char> rest, out bool hasMore)
    {
        var end = rest.IndexOf('/');
        hasMore = end >= 0;
        var level = hasMore ? rest[..end] : rest;
        rest = hasMore ? rest[(end + 1)..] : default;
        return level;
    }

    private static TopicFault? FindWildcardFault(string? filter)
    {
        var rest = filter.AsSpan();
        var hasMore = true;
        while (hasMore)
        {
            var level = NextLevel(ref rest, out hasMore);
            if (level.Contains('#') && (level is not "#" || hasMore))
            {
                return new TopicFault(
                    $"In Topic Filter '{filter}' the wildcard '#' is not alone in the last level",
                    "MQTT-4.7.1-2",
                    "MQTT-4.7.1-1");
            }

            if (level.Contains('+') && level is not "+")
            {
                return new TopicFault(
                    $"In Topic Filter '{filter}' the wildcard '+' does not fill its level",
                    "MQTT-4.7.1-3",
                    "MQTT-4.7.1-2");
            }
        }

        return null;
    }
}
