using System.Runtime.InteropServices;
using Meridian.Formats.Templates;
using Meridian.Mqtt;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>
/// From a reading to its Topic Name, checked. Where the name depends on the point alone it is made once per point.
/// Used by one call at a time.
/// </summary>
internal sealed class PublishTopics
{
    private const int MaxKnownPoints = 16_384;

    private readonly Dictionary<string, PublishTopic> _known = new(StringComparer.Ordinal);
    private readonly TextTemplate _template;
    private readonly bool _dependsOnPointAlone;
    private readonly bool _isPoint;

    public PublishTopics(string template)
    {
        if (!TextTemplate.TryCompile(template, ReadingPlaceholders.All, out var compiled, out var problems))
        {
            throw new ArgumentException(problems[0], nameof(template));
        }

        _template = compiled;
        _dependsOnPointAlone = ReadingPlaceholders.DependsOnPointAlone(compiled.Used);
        _isPoint = string.Equals(template, "{point}", StringComparison.Ordinal);
    }

    /// <summary>The topic of a reading, or why it has none.</summary>
    public PublishTopic Find(in Reading reading)
    {
        if (!_dependsOnPointAlone)
        {
            return Make(reading);
        }

        if (!_known.TryGetValue(reading.Point, out var topic))
        {
            topic = Make(reading);
            if (_known.Count >= MaxKnownPoints)
            {
                _known.Clear();
            }

            _known.Add(reading.Point, topic);
        }

        return topic;
    }

    private PublishTopic Make(in Reading reading)
    {
        var name = _isPoint ? reading.Point : _template.Render(new TemplateArguments { Reading = reading });
        return TopicName.IsValid(name, out var problem)
            ? new PublishTopic(name, null)
            : new PublishTopic("", $"Nothing can be published for point '{reading.Point}': {problem}");
    }
}

/// <summary>A checked Topic Name, or the problem that it has.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PublishTopic(string Name, string? Problem);
