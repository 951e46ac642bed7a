using System.Collections.Concurrent;
using System.Collections.Frozen;
using Meridian.Configuration.Documentation;

namespace Meridian.Configuration.Shapes;

/// <summary>
/// A settings record as the file sees it: its properties with shape, limits and defaults. Read from the type once and
/// kept; the binder, and whoever writes a schema, walk this and never the type.
/// </summary>
internal sealed class SettingsShape
{
    private static readonly ConcurrentDictionary<Type, SettingsShape> Cache = new();

    private readonly FrozenDictionary<string, SettingsProperty> _byName;

    /// <summary>Makes a shape; only <see cref="SettingsShapeReader"/> does.</summary>
    public SettingsShape(Type type, IReadOnlyList<SettingsProperty> properties, Func<object> create)
    {
        Type = type;
        Properties = properties;
        Create = create;
        Names = [.. properties.Select(property => property.Name)];
        Conditional = [.. properties.Where(property => property.Condition is not null)];
        _byName = properties.ToFrozenDictionary(property => property.Name, StringComparer.Ordinal);
    }

    /// <summary>The record.</summary>
    public Type Type { get; }

    /// <summary>Its properties, in the order of the declaration, those of a base record first.</summary>
    public IReadOnlyList<SettingsProperty> Properties { get; }

    /// <summary>Those of its properties that are used only sometimes.</summary>
    public IReadOnlyList<SettingsProperty> Conditional { get; }

    /// <summary>What it is, in plain words, read when asked for; null when nobody said.</summary>
    public string? Description => MemberWords.Of(Type);

    /// <summary>Where its words are missing, and why: one sentence per assembly without documentation.</summary>
    public IEnumerable<string> MissingWords => Properties
        .Select(property => property.Property.DeclaringType ?? Type)
        .Append(Type)
        .Select(type => DocumentationFile.Of(type.Assembly).Problem)
        .OfType<string>()
        .Distinct(StringComparer.Ordinal);

    /// <summary>The names of the properties in the file.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Makes an instance with the record's own defaults.</summary>
    public Func<object> Create { get; }

    /// <summary>The shape of a record.</summary>
    /// <exception cref="ArgumentException">The type cannot be a settings record; the message says why.</exception>
    public static SettingsShape Of(Type type) => Cache.GetOrAdd(type, SettingsShapeReader.Read);

    /// <summary>
    /// Reads the shapes of a record and of all records in it, so that a mistake in any of them shows now.
    /// </summary>
    /// <exception cref="ArgumentException">One of them cannot be a settings record.</exception>
    public static void Verify(Type type) => Verify(type, []);

    /// <summary>Finds a property by its name in the file, exactly.</summary>
    public SettingsProperty? Find(string name) => _byName.GetValueOrDefault(name);

    private static void Verify(Type type, HashSet<Type> visited)
    {
        if (!visited.Add(type))
        {
            return;
        }

        foreach (var property in Of(type).Properties)
        {
            var value = property.Value;
            while (value is ListShape or MapShape)
            {
                value = value is ListShape list ? list.Element : ((MapShape)value).Element;
            }

            if (value is RecordShape record)
            {
                Verify(record.Type, visited);
            }
        }
    }
}
