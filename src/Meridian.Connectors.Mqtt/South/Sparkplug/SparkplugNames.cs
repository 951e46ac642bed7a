using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Templates;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>The names of points for metrics, by an item's template. Immutable.</summary>
/// <remarks>A metric of an edge node itself has no device: the level <c>{device}</c> goes with its slash.</remarks>
internal sealed class SparkplugNames
{
    /// <summary>The template where the item has none of its own.</summary>
    public const string Default = "{group}/{node}/{device}/{metric}";

    /// <summary>What an ordinary item's template is unless set, which has no meaning here.</summary>
    public const string Unset = "{topic}";

    private const int MaxPointBytes = 65_535;

    private const TemplatePlaceholders Placeholders =
        TemplatePlaceholders.Group | TemplatePlaceholders.Node | TemplatePlaceholders.Device
        | TemplatePlaceholders.Metric | TemplatePlaceholders.Item | TemplatePlaceholders.South;

    private readonly TextTemplate _ofDevice;
    private readonly TextTemplate _ofNode;
    private readonly string _item;

    private SparkplugNames(string item, TextTemplate ofDevice, TextTemplate ofNode)
    {
        _item = item;
        _ofDevice = ofDevice;
        _ofNode = ofNode;
    }

    public static bool TryCompile(
        string item, string template, [NotNullWhen(true)] out SparkplugNames? names, out IReadOnlyList<string> problems)
    {
        var text = string.Equals(template, Unset, StringComparison.Ordinal) ? Default : template;
        names = null;
        if (!TextTemplate.TryCompile(text, Placeholders, out var ofDevice, out problems))
        {
            return false;
        }

        var withoutDevice = text
            .Replace("/{device}", "", StringComparison.OrdinalIgnoreCase)
            .Replace("{device}/", "", StringComparison.OrdinalIgnoreCase)
            .Replace("{device}", "", StringComparison.OrdinalIgnoreCase);
        if (!ofDevice.Used.HasFlag(TemplatePlaceholders.Metric)
            || !TextTemplate.TryCompile(withoutDevice, Placeholders, out var ofNode, out problems))
        {
            problems = [$"The template '{template}' lacks {{metric}}, without which all metrics are one point."];
            return false;
        }

        names = new SparkplugNames(item, ofDevice, ofNode);
        return true;
    }

    /// <summary>The name of a metric's point; null when it cannot be one.</summary>
    public string? NameOf(in SparkplugTopic topic, string? device, string metric, string south)
    {
        var name = (device is null ? _ofNode : _ofDevice).Render(new TemplateArguments
        {
            Group = topic.Group,
            Node = topic.Node,
            Device = device,
            Metric = metric,
            Item = _item,
            South = south,
        });
        return name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxPointBytes ? name : null;
    }
}
