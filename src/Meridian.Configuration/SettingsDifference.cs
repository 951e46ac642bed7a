using Meridian.Configuration.Shapes;

namespace Meridian.Configuration;

/// <summary>Which settings differ between two records, by their names in the file; never their values.</summary>
/// <remarks>Stateless; any thread.</remarks>
public static class SettingsDifference
{
    /// <summary>Compares two settings records.</summary>
    /// <param name="before">One.</param>
    /// <param name="after">The other.</param>
    /// <param name="path">Where the record stands, such as <c>settings</c>; empty for the outermost.</param>
    /// <returns>
    /// Such as <c>settings.port</c>, in the order of the record; <paramref name="path"/> itself where the two are of
    /// different types.
    /// </returns>
    public static IReadOnlyList<string> Between(object before, object after, string path)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(path);
        var names = new List<string>();
        Add(before, after, path, names);
        return names;
    }

    private static void Add(object before, object after, string path, List<string> names)
    {
        if (SettingsEquality.AreEqual(before, after))
        {
            return;
        }

        var properties = before.GetType() == after.GetType() ? SettingsShape.Of(before.GetType()).Properties : [];
        if (properties.Count == 0)
        {
            names.Add(path);
            return;
        }

        foreach (var property in properties)
        {
            var (old, next) = (property.Property.GetValue(before), property.Property.GetValue(after));
            var name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (SettingsEquality.AreEqual(old, next))
            {
                continue;
            }

            if (property.Value is RecordShape && old is not null && next is not null)
            {
                Add(old, next, name, names);
            }
            else
            {
                names.Add(name);
            }
        }
    }
}
