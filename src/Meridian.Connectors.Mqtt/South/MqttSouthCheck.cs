using System.Globalization;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Connectors.Mqtt.South.Routing;
using Meridian.Formats.Sparkplug;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>What is wrong with the settings and items of an MQTT South, all of it at once.</summary>
internal static class MqttSouthCheck
{
    /// <summary>Why nothing can be written to an item, a whole sentence; null for what can be.</summary>
    public static string? FindOfSetpoint(MqttItemSettings item) => item.WriteTopic is { Length: > 0 }
        ? null
        : "There is no 'writeTopic' to publish the value to; name one, or leave the setpoint out.";

    public static IEnumerable<SettingsProblem> Find(MqttSouthSettings settings, IReadOnlyList<Item> items)
    {
        foreach (var problem in ConnectionCheck.Find(settings))
        {
            yield return problem;
        }

        foreach (var problem in settings.Commands is { } commands ? CommandTopics.Check(commands) : [])
        {
            yield return problem;
        }

        foreach (var problem in CheckHost(settings))
        {
            yield return problem;
        }

        var seen = new FilterTree<Item>();
        for (var i = 0; i < items.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"items[{i}].");
            var isCompiled = RoutedItem.TryCompile(items[i], out var routed, out var problems);
            foreach (var problem in problems)
            {
                yield return problem with { Path = path + problem.Path };
            }

            if (!isCompiled)
            {
                continue;
            }

            if (FindConflict(settings.Version, items[i], routed!, seen) is { } conflict) // Compiled.
            {
                yield return conflict with { Path = path + conflict.Path };
                continue;
            }

            seen.Add(routed!.Pattern, items[i]);
        }

        if (settings.Commands is { Topic.Length: > 0 } taken
            && seen.FindOverlap(CommandTopics.FilterOf(taken)) is { } both)
        {
            yield return new SettingsProblem(
                "settings.commands.topic",
                $"The commands '{CommandTopics.FilterOf(taken)}' overlap topic filter "
                + $"'{((MqttItemSettings)both.Settings).Topic}' of item '{both.Name}', which would make data of them. "
                + "Narrow the item's filter, or name another topic for commands.");
        }
    }

    private static IEnumerable<SettingsProblem> CheckHost(MqttSouthSettings settings)
    {
        if (settings.Sparkplug.HostId is not { } id)
        {
            yield break;
        }

        if (!SparkplugTopic.IsValidId(id))
        {
            yield return new SettingsProblem(
                "settings.sparkplug.hostId",
                $"The id '{id}' is empty or has one of '/', '+', '#' and U+0000, which Sparkplug reserves; name "
                + "another, or leave hostId out.");
        }

        if (settings.Will is not null)
        {
            yield return new SettingsProblem(
                "settings.will",
                "With sparkplug.hostId the connection's Will tells edge nodes that this host is gone, and a connection "
                + "has only one; leave will out.");
        }
    }

    /// <summary>
    /// 3.1.1 leaves it to the broker whether one copy or two are sent for overlapping filters [MQTT-3.3.5-1], and a
    /// message does not say which filter it belongs to: one item would starve, or both would be told twice.
    /// </summary>
    private static SettingsProblem? FindConflict(
        MqttVersion version, Item item, RoutedItem routed, FilterTree<Item> seen)
    {
        var filter = routed.Subscription.Filter;
        var isShared = filter.StartsWith(RoutedItem.SharePrefix, StringComparison.Ordinal);
        if (isShared && version is not (MqttVersion.V5 or MqttVersion.Newest))
        {
            return new SettingsProblem(
                "topic",
                $"'{filter}' is a shared subscription, which MQTT 3.1.1 does not have; set version to v5, or subscribe "
                + "to the filter itself.");
        }

        if (seen.FindOverlap(routed.Pattern) is not { } other)
        {
            return null;
        }

        var otherSettings = (MqttItemSettings)other.Settings;
        var otherFilter = otherSettings.Topic;
        if (routed.Sparkplug is not null && otherSettings.Payload.Format == MqttPayloadFormat.SparkplugB)
        {
            return new SettingsProblem(
                "topic",
                $"Topic filter '{filter}' overlaps '{otherFilter}' of item '{other.Name}': an edge node's messages are "
                + "in a sequence, so only one item can take them. Narrow one of the filters.");
        }

        if (version == MqttVersion.V5)
        {
            return string.Equals(filter, otherFilter, StringComparison.Ordinal)
                ? new SettingsProblem(
                    "topic",
                    $"Topic filter '{filter}' is that of item '{other.Name}' too; a broker knows a filter only once. "
                    + "Read both out of one item, with readings.")
                : null;
        }

        return new SettingsProblem(
            "topic",
            $"Topic filter '{filter}' overlaps '{otherFilter}' of item "
            + $"'{other.Name}': some topics match both, and with MQTT 3.1.1 a message cannot tell which item "
            + "it is for. Narrow one of them, or set version to v5.");
    }
}
