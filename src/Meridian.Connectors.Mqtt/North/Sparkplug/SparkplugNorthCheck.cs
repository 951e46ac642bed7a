using Meridian.Formats.Sparkplug;
using Meridian.Formats.Templates;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>What is wrong with the settings of an edge node, all of it at once.</summary>
internal static class SparkplugNorthCheck
{
    public static IEnumerable<SettingsProblem> Find(MqttNorthSettings settings)
    {
        if (settings.Sparkplug is not { } edge)
        {
            yield return new SettingsProblem(
                "settings.sparkplug", "The format sparkplugB needs 'sparkplug' with 'group' and 'node'; set them.");
            yield break;
        }

        var ids = ((string, string?)[])[("group", edge.Group), ("node", edge.Node), ("primaryHost", edge.PrimaryHost)];
        foreach (var (name, id) in ids)
        {
            if (id is not null && !SparkplugTopic.IsValidId(id))
            {
                yield return new SettingsProblem(
                    $"settings.sparkplug.{name}",
                    $"The id '{id}' is empty or has one of '/', '+', '#' and U+0000, which Sparkplug reserves; name "
                    + "another.");
            }
        }

        foreach (var (name, text) in ((string, string)[])[("device", edge.Device), ("metric", edge.Metric)])
        {
            _ = TextTemplate.TryCompile(text, EdgeNode.Placeholders, out _, out var problems);
            foreach (var problem in problems)
            {
                yield return new SettingsProblem($"settings.sparkplug.{name}", problem);
            }
        }

        if (settings.Will is not null)
        {
            yield return new SettingsProblem(
                "settings.will",
                "The Will of an edge node is its death (NDEATH), and a connection has only one; leave will out.");
        }

        if (settings.IsRetained)
        {
            yield return new SettingsProblem(
                "settings.isRetained",
                "Sparkplug's messages are never retained, since births tell the state; leave isRetained out.");
        }
    }
}
