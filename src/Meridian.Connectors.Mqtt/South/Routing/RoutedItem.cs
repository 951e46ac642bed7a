using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Formats.Templates;
using Meridian.Mqtt;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South.Routing;

/// <summary>An item, ready to run: its filter, its compiled template and decoder. Immutable.</summary>
internal sealed class RoutedItem
{
    /// <summary>What a point's name can be made of.</summary>
    public const TemplatePlaceholders PointPlaceholders =
        TemplatePlaceholders.Topic | TemplatePlaceholders.Item | TemplatePlaceholders.South;

    /// <summary>What a shared subscription begins with (MQTT 5.0 §4.8.2).</summary>
    public const string SharePrefix = "$share/";

    private readonly TextTemplate _point;

    private RoutedItem(
        Item item, MqttItemSettings settings, TextTemplate point, ItemDecoder decoder, SparkplugNames? sparkplug)
    {
        Sparkplug = sparkplug;
        Name = item.Name;
        Group = item.Group;
        Subscription = new MqttSubscriptionRequest(settings.Topic, (MqttQos)settings.Qos);
        Pattern = PatternOf(settings.Topic);
        _point = point;
        Decoder = decoder;
    }

    public string Name { get; }

    public string? Group { get; }

    public MqttSubscriptionRequest Subscription { get; }

    /// <summary>The Topic Filter that selects its messages: the subscription's without a share's name.</summary>
    public string Pattern { get; }

    public ItemDecoder Decoder { get; }

    /// <summary>How metrics are named; null for an item that is not of Sparkplug.</summary>
    public SparkplugNames? Sparkplug { get; }

    /// <summary>Compiles an item; problems have paths relative to the item, such as <c>topic</c>.</summary>
    public static bool TryCompile(
        Item item, [NotNullWhen(true)] out RoutedItem? routed, out IReadOnlyList<SettingsProblem> problems)
    {
        var settings = (MqttItemSettings)item.Settings;
        var found = new List<SettingsProblem>();
        if (!TopicFilter.IsValid(settings.Topic, out var problem))
        {
            found.Add(new SettingsProblem("topic", problem));
        }

        if (settings.Qos is < 0 or > 2)
        {
            found.Add(new SettingsProblem("qos", $"QoS {settings.Qos} does not exist; use 0, 1 or 2."));
        }

        // Of Sparkplug only what cannot be read is named by its topic.
        var isSparkplug = settings.Payload.Format == MqttPayloadFormat.SparkplugB;
        var pointText = isSparkplug ? SparkplugNames.Unset : settings.Point;
        SparkplugNames? sparkplug = null;
        if (isSparkplug && !SparkplugNames.TryCompile(item.Name, settings.Point, out sparkplug, out var nameProblems))
        {
            found.AddRange(nameProblems.Select(static text => new SettingsProblem("point", text)));
        }

        var placeholders = PointPlaceholders
            | (settings.Payload.GivesNames ? TemplatePlaceholders.Name : TemplatePlaceholders.None);
        if (!TextTemplate.TryCompile(pointText, placeholders, out var point, out var templateProblems))
        {
            found.AddRange(templateProblems.Select(static text => new SettingsProblem("point", text)));
        }
        else if (pointText.Length == 0)
        {
            found.Add(new SettingsProblem("point", "The point's name is empty; use {topic} for the message's topic."));
        }

        _ = ItemDecoder.TryCompile(settings, point, out var decoder, out var payloadProblems);
        found.AddRange(payloadProblems);
        if (settings.WriteTopic is { Length: > 0 } writeTopic)
        {
            if (!TopicName.IsValid(writeTopic, out var wrong))
            {
                found.Add(new SettingsProblem("writeTopic", wrong));
            }
        }

        problems = found;

        // Without a problem both are compiled.
        routed = found.Count == 0 ? new RoutedItem(item, settings, point!, decoder!, sparkplug) : null;
        return routed is not null;
    }

    /// <summary>The point's name for a topic.</summary>
    public string NameOf(string topic, string south) =>
        _point.Render(new TemplateArguments { Topic = topic, Item = Name, South = south });

    /// <summary>A filter without the name of its share.</summary>
    public static string PatternOf(string filter)
    {
        if (!filter.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            return filter;
        }

        var end = filter.IndexOf('/', SharePrefix.Length);
        return end < 0 ? filter : filter[(end + 1)..];
    }
}
