using Meridian.Configuration.Files;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Secrets;

/// <summary>Finds the secrets in the files of a configuration: by what the connectors' settings say of themselves.
/// </summary>
internal static class SecretPlaces
{
    /// <summary>Finds them.</summary>
    /// <returns>Each with the file that it is in and its path there; in the order of the files.</returns>
    public static IEnumerable<SecretPlace> Find(ConfigurationSource source, ConnectorCatalog catalog)
    {
        foreach (var file in source.Files)
        {
            var found = new List<SecretPlace>();
            var root = SettingsPath.RootOf(file.Name);
            foreach (var (south, place) in Entries(file.Syntax, root, "souths"))
            {
                if (catalog.FindSouth(TypeOf(south)) is { } manifest)
                {
                    Add(south, "settings", manifest.SettingsType, place, file, found);
                    foreach (var (item, itemPlace) in Entries(south, place, "items"))
                    {
                        Add(item, SettingsShape.Of(manifest.ItemSettingsType), itemPlace, file, found);
                    }
                }
            }

            foreach (var (north, place) in Entries(file.Syntax, root, "norths"))
            {
                if (catalog.FindNorth(TypeOf(north)) is { } manifest)
                {
                    Add(north, "settings", manifest.SettingsType, place, file, found);
                }
            }

            foreach (var one in found)
            {
                yield return one;
            }
        }
    }

    private static string TypeOf(ObjectSyntax entry) => (entry.Find("type") as TextSyntax)?.Text ?? string.Empty;

    private static IEnumerable<(ObjectSyntax Entry, SettingsPath Place)> Entries(
        JsonSyntax? owner, SettingsPath path, string member) =>
        ((owner as ObjectSyntax)?.Find(member) as ListSyntax)?.Elements
            .Select((element, i) => (Entry: element as ObjectSyntax, Place: path.Member(member).Element(i)))
            .Where(static one => one.Entry is not null)
            .Select(static one => (one.Entry!, one.Place)) // Looked at before.
        ?? [];

    private static void Add(
        ObjectSyntax owner,
        string member,
        Type type,
        SettingsPath place,
        ConfigurationFile file,
        List<SecretPlace> found)
    {
        if (owner.Find(member) is ObjectSyntax settings)
        {
            Add(settings, SettingsShape.Of(type), place.Member(member), file, found);
        }
    }

    private static void Add(
        ObjectSyntax record, SettingsShape shape, SettingsPath place, ConfigurationFile file, List<SecretPlace> found)
    {
        foreach (var member in record.Members)
        {
            if (shape.Find(member.Name) is { } property)
            {
                Add(member.Value, property.Value, place.Member(member.Name), file, found);
            }
        }
    }

    private static void Add(
        JsonSyntax syntax, ValueShape shape, SettingsPath place, ConfigurationFile file, List<SecretPlace> found)
    {
        switch (shape, syntax)
        {
            case (SecretShape, TextSyntax text):
                found.Add(new SecretPlace(file, place, text));
                break;
            case (RecordShape record, ObjectSyntax nested):
                Add(nested, SettingsShape.Of(record.Type), place, file, found);
                break;
            case (ListShape list, ListSyntax entries):
                for (var i = 0; i < entries.Elements.Count; i++)
                {
                    Add(entries.Elements[i], list.Element, place.Element(i), file, found);
                }

                break;
            case (MapShape map, ObjectSyntax entries):
                foreach (var entry in entries.Members)
                {
                    Add(entry.Value, map.Element, place.Member(entry.Name), file, found);
                }

                break;
            default:
                break;
        }
    }
}

/// <summary>A secret of a configuration.</summary>
/// <param name="File">The file that it is in.</param>
/// <param name="Path">Its path there.</param>
/// <param name="Text">What stands there.</param>
internal sealed record SecretPlace(ConfigurationFile File, SettingsPath Path, TextSyntax Text);
