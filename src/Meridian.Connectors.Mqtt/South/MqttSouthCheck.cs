using System.Globalization;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Connectors.Mqtt.South.Routing;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>What is wrong with the settings and items of an MQTT South, all of it at once.</summary>
internal static class MqttSouthCheck
{
    public static IEnumerable<SettingsProblem> Find(MqttSouthSettings settings, IReadOnlyList<Item> items)
    {
        foreach (var problem in ConnectionSetup.Check(settings))
        {
            yield return problem;
        }

        foreach (var problem in settings.Commands is { } commands ? CommandTopics.Check(commands) : [])
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

            // 3.1.1 leaves it to the broker whether one copy or two are sent for overlapping filters [MQTT-3.3.5-1],
            // and
            // a message does not say which filter it belongs to: one item would starve, or both would be told twice.
            var filter = routed!.Subscription.Filter; // Compiled.
            if (seen.FindOverlap(filter) is { } other)
            {
                yield return new SettingsProblem(
                    path + "topic",
                    $"Topic filter '{filter}' overlaps '{((MqttItemSettings)other.Settings).Topic}' of item "
                    + $"'{other.Name}': some topics match both, and with MQTT 3.1.1 a message cannot tell which item "
                    + "it is for. Narrow one of them.");
                continue;
            }

            seen.Add(filter, items[i]);
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
}
