using System.Text;
using Meridian.Transforms.State;

namespace Meridian.Transforms.Naming;

/// <summary>
/// Names made by a template, remembered: the same origin gives the same string instance without allocation. Bounded:
/// when full, the names not asked for lately are forgotten. One thread at a time.
/// </summary>
/// <param name="template">A template of point, South, group and aggregate.</param>
/// <param name="aggregate">The aggregate's word, where there is one.</param>
/// <param name="capacity">The most names remembered.</param>
internal sealed class NameMemory(
    ReadingTemplate template, string? aggregate = null, int capacity = TransformLimits.MaxRememberedNames)
{
    private readonly StringBuilder _text = new();
    private readonly bool _hasGroup = template.Used.HasFlag(TemplateFields.Group);
    private readonly int _generationCapacity = Math.Max(1, capacity / 2);

    // Two generations: what is asked for moves to the young one; when that is full, the old one is dropped as a whole.
    private Dictionary<Origin, string> _young = [];
    private Dictionary<Origin, string> _old = [];

    /// <summary>
    /// The name for an entry. Where the template yields no name, or one longer than a name can be, the old one stays.
    /// </summary>
    public string NameOf(in TransformEntry entry)
    {
        var origin = new Origin(PointKey.Of(entry), _hasGroup ? entry.Group : null);
        return _young.TryGetValue(origin, out var name) ? name : Remember(origin, entry);
    }

    private string Remember(in Origin origin, in TransformEntry entry)
    {
        if (!_old.TryGetValue(origin, out var name))
        {
            _text.Clear();
            template.Render(_text, entry, aggregate);
            name = _text.ToString();
            if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > TransformLimits.MaxPointBytes)
            {
                name = entry.Reading.Point;
            }
        }

        if (_young.Count >= _generationCapacity)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young[origin] = name;
        return name;
    }

    private readonly record struct Origin(PointKey Key, string? Group);
}
