using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Meridian.Configuration.Shapes;

/// <summary>
/// A settings record as the file sees it: its properties with shape, limits and defaults. Read from the type once and
/// kept;
/// the binder, and whoever prints a schema, walk this and never the type.
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
        _byName = properties.ToFrozenDictionary(property => property.Name, StringComparer.Ordinal);
    }

    /// <summary>The record.</summary>
    public Type Type { get; }

    /// <summary>Its properties, in the order of the declaration.</summary>
    public IReadOnlyList<SettingsProperty> Properties { get; }

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
