using System.Diagnostics.CodeAnalysis;
using Meridian.Transforms.Naming;

namespace Meridian.Transforms.Json;

/// <summary>A property of an output template: a value, or an object with properties of its own.</summary>
/// <param name="name">The property's name.</param>
/// <param name="value">The value's template; null for an object.</param>
internal sealed class ShapeNode(string name, ReadingTemplate? value)
{
    private readonly List<ShapeNode> _inside = [];

    public string Name { get; } = name;

    public ReadingTemplate? Value { get; } = value;

    public IReadOnlyList<ShapeNode> Inside => _inside;

    /// <summary>Adds a property at a path such as <c>meta.site</c>; false when something is in its way.</summary>
    /// <param name="path">The path.</param>
    /// <param name="template">The template of its value.</param>
    /// <param name="objection">What is in its way, a part of a sentence.</param>
    public bool TryAdd(string path, ReadingTemplate template, [NotNullWhen(false)] out string? objection)
    {
        var names = path.Split('.');
        if (Array.Exists(names, string.IsNullOrEmpty))
        {
            objection = "has a name without characters";
            return false;
        }

        var node = this;
        foreach (var step in names[..^1])
        {
            var next = node._inside.Find(one => string.Equals(one.Name, step, StringComparison.Ordinal));
            if (next is null)
            {
                node._inside.Add(next = new ShapeNode(step, null));
            }
            else if (next.Value is not null)
            {
                objection = $"needs '{step}' to be an object, which has a value of its own";
                return false;
            }

            node = next;
        }

        if (node._inside.Exists(one => string.Equals(one.Name, names[^1], StringComparison.Ordinal)))
        {
            objection = "is there already, as an object";
            return false;
        }

        node._inside.Add(new ShapeNode(names[^1], template));
        objection = null;
        return true;
    }
}
