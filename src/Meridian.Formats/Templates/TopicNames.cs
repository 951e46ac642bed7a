using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Templates;

/// <summary>
/// Names made from topics by a template, remembered: the same topic gives the same string instance without allocation.
/// Make one per template, item and South. What stands for a topic may also be what a source calls a point or a column.
/// </summary>
/// <remarks>
/// Bounded: when full, the names not asked for lately are forgotten. One thread at a time. The template may use
/// <see cref="TemplatePlaceholders.Topic"/>, or in its place <see cref="TemplatePlaceholders.Point"/> or
/// <see cref="TemplatePlaceholders.Column"/>, <see cref="TemplatePlaceholders.Item"/> and
/// <see cref="TemplatePlaceholders.South"/>.
/// </remarks>
public sealed class TopicNames
{
    /// <summary>The most names remembered, when nothing else is said.</summary>
    public const int DefaultCapacity = 16_384;

    /// <summary>An MQTT topic has at most 65,535 bytes; those longer than this are not worth remembering.</summary>
    private const int MaxRememberedLength = 512;

    private readonly TextTemplate _template;
    private readonly string? _item;
    private readonly string? _south;
    private readonly int _generationCapacity;

    // Two generations: what is asked for moves to the young one; when that is full, the old one is dropped as a whole.
    private Dictionary<string, string> _young = new(StringComparer.Ordinal);
    private Dictionary<string, string> _old = new(StringComparer.Ordinal);

    /// <summary>Makes an empty memory.</summary>
    /// <param name="template">The template of the names.</param>
    /// <param name="item">The item's name.</param>
    /// <param name="south">The South's name.</param>
    /// <param name="capacity">The most names remembered, at least 2.</param>
    /// <exception cref="ArgumentException">The template needs what is not known from a topic.</exception>
    public TopicNames(TextTemplate template, string? item, string? south, int capacity = DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        const TemplatePlaceholders Known =
            TemplatePlaceholders.Topic | TemplatePlaceholders.Point | TemplatePlaceholders.Column
            | TemplatePlaceholders.Item | TemplatePlaceholders.South;
        if ((template.Used & ~Known) != TemplatePlaceholders.None)
        {
            throw new ArgumentException(
                $"The template '{template}' needs more than topic, item and South; its names cannot be remembered.",
                nameof(template));
        }

        _template = template;
        _item = item;
        _south = south;
        _generationCapacity = capacity / 2;
    }

    /// <summary>The name for a topic.</summary>
    /// <param name="topic">The topic.</param>
    public string NameOf(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return _young.TryGetValue(topic, out var name) ? name : Remember(topic);
    }

    /// <summary>The name for a topic.</summary>
    /// <param name="topic">The topic.</param>
    public string NameOf(ReadOnlySpan<char> topic) =>
        _young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(topic, out var name)
            ? name
            : Remember(topic.ToString());

    /// <summary>The name for a topic.</summary>
    /// <param name="topicUtf8">The topic in UTF-8.</param>
    public string NameOf(ReadOnlySpan<byte> topicUtf8)
    {
        if (topicUtf8.Length > MaxRememberedLength)
        {
            return Remember(Encoding.UTF8.GetString(topicUtf8));
        }

        Span<char> topic = stackalloc char[MaxRememberedLength];
        return NameOf(topic[..Encoding.UTF8.GetChars(topicUtf8, topic)]);
    }

    private string Remember(string topic)
    {
        if (!_old.TryGetValue(topic, out var name))
        {
            name = _template.Render(new TemplateArguments
            {
                Topic = topic,
                Column = topic,
                Reading = new Reading(topic, default, default),
                Item = _item,
                South = _south,
            });
        }

        if (topic.Length > MaxRememberedLength)
        {
            return name;
        }

        if (_young.Count >= _generationCapacity)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young[topic] = name;
        return name;
    }
}
