using Meridian.Configuration.Binding;
using Meridian.Configuration.Files;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Sections;

/// <summary>
/// The files' syntax → the configuration: gateway, schedules, Souths, Norths, each as far as it can be read.
/// </summary>
internal static class FileReader
{
    private static readonly SettingsShape Shape = SettingsShape.Of(typeof(FileSection));

    // What only the main file says.
    private static readonly string[] OfMain = ["include", "gateway"];

    /// <summary>Reads all files.</summary>
    /// <returns>The configuration; meaningless when the context has problems afterwards.</returns>
    public static MeridianConfig Read(
        IReadOnlyList<ConfigurationFile> files, ConnectorCatalog catalog, BindingContext context)
    {
        var parts = files.Select(file => Bind(file, context)).OfType<Part>().ToArray();
        var gateway = parts is [var main, ..]
            ? GatewayReader.Read(
                main.Bound.Get<ObjectSyntax>("gateway") ?? new ObjectSyntax(main.Bound.Line, []),
                main.Path.Member("gateway"),
                context)
            : null;
        var schedules = new ScheduleReader(context);
        var souths = new SouthReader(catalog, schedules, context);
        var norths = new NorthReader(catalog, schedules, souths.Names, context);
        return new MeridianConfig
        {
            Gateway = gateway ?? new GatewayConfig(),
            Schedules = ReadAll(parts, "schedules", context, schedules.Read),
            Souths = ReadAll(parts, "souths", context, souths.Read),
            Norths = ReadAll(parts, "norths", context, norths.Read),
        };
    }

    private static Part? Bind(ConfigurationFile file, BindingContext context)
    {
        var path = SettingsPath.RootOf(file.Name);
        if (file.Syntax is not { } syntax || ObjectIn.List(syntax, path, context) is not { } section)
        {
            return null;
        }

        foreach (var member in section.Members)
        {
            if (!file.IsMain && OfMain.Contains(member.Name, StringComparer.Ordinal))
            {
                context.Report(
                    path.Member(member.Name),
                    member.Line,
                    $"'{member.Name}' stands in the main file alone; move it there.");
            }
        }

        return new Part(path, SettingsBinder.BindProperties(Shape, section, path, context, []));
    }

    private static List<T> ReadAll<T>(
        Part[] parts, string section, BindingContext context, Func<ObjectSyntax, SettingsPath, T?> read)
        where T : class =>
        [.. parts.SelectMany(part => ReadList(
            part.Bound.Get<ListSyntax>(section), part.Path.Member(section), context, read))];

    private static List<T> ReadList<T>(
        ListSyntax? list, SettingsPath path, BindingContext context, Func<ObjectSyntax, SettingsPath, T?> read)
        where T : class
    {
        var elements = list?.Elements ?? [];
        var entries = new List<T>(elements.Count);
        for (var index = 0; index < elements.Count; index++)
        {
            var place = path.Element(index);
            if (ObjectIn.List(elements[index], place, context) is { } syntax && read(syntax, place) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <summary>One file, its sections bound.</summary>
    private sealed record Part(SettingsPath Path, BoundProperties Bound);
}
