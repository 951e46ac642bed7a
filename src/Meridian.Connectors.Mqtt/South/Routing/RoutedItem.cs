using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Payloads;
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

    private readonly TextTemplate _point;

    private RoutedItem(Item item, MqttItemSettings settings, TextTemplate point, PayloadDecoder decoder)
    {
        Name = item.Name;
        Group = item.Group;
        Subscription = new MqttSubscriptionRequest(settings.Topic, (MqttQos)settings.Qos);
        _point = point;
        Decoder = decoder;
    }

    public string Name { get; }

    public string? Group { get; }

    public MqttSubscriptionRequest Subscription { get; }

    public PayloadDecoder Decoder { get; }

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
        else if (settings.Topic.StartsWith("$share/", StringComparison.Ordinal))
        {
            found.Add(new SettingsProblem(
                "topic",
                $"'{settings.Topic}' is a shared subscription, which MQTT 3.1.1 does not have; subscribe to the filter "
                + "itself."));
        }

        if (settings.Qos is < 0 or > 2)
        {
            found.Add(new SettingsProblem("qos", $"QoS {settings.Qos} does not exist; use 0, 1 or 2."));
        }

        if (!TextTemplate.TryCompile(settings.Point, PointPlaceholders, out var point, out var templateProblems))
        {
            found.AddRange(templateProblems.Select(static text => new SettingsProblem("point", text)));
        }
        else if (settings.Point.Length == 0)
        {
            found.Add(new SettingsProblem("point", "The point's name is empty; use {topic} for the message's topic."));
        }

        if (!PayloadDecoder.TryCompile(settings.Payload.ToSpec(), out var decoder, out var payloadProblems))
        {
            found.AddRange(payloadProblems.Select(static one => one with { Path = $"payload.{WordOf(one.Path)}" }));
        }

        if (settings.WriteTopic is { Length: > 0 } writeTopic)
        {
            if (!TopicName.IsValid(writeTopic, out var wrong))
            {
                found.Add(new SettingsProblem("writeTopic", wrong));
            }
        }

        problems = found;

        // Without a problem both are compiled.
        routed = found.Count == 0 ? new RoutedItem(item, settings, point!, decoder!) : null;
        return routed is not null;
    }

    /// <summary>The point's name for a topic.</summary>
    public string NameOf(string topic, string south) =>
        _point.Render(new TemplateArguments { Topic = topic, Item = Name, South = south });

    private static string WordOf(string specPath) => specPath switch
    {
        "valuePath" => "value",
        "timestampPath" => "timestamp",
        "qualityPath" => "quality",
        _ => specPath,
    };
}
