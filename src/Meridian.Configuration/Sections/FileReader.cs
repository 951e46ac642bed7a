using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Sections;

/// <summary>
/// The file's syntax → the configuration: gateway, schedules, Souths, Norths, each as far as it can be read.
/// </summary>
internal static class FileReader
{
    private static readonly SettingsShape Shape = SettingsShape.Of(typeof(FileSection));

    /// <summary>Reads the whole file.</summary>
    /// <returns>The configuration; meaningless when the context has problems afterwards.</returns>
    public static MeridianConfig Read(JsonSyntax syntax, ConnectorCatalog catalog, BindingContext context)
    {
        var root = SettingsPath.Root;
        if (ObjectIn.List(syntax, root, context) is not { } file)
        {
            return new MeridianConfig();
        }

        var bound = SettingsBinder.BindProperties(Shape, file, root, context, []);
        var gateway = GatewayReader.Read(
            bound.Get<ObjectSyntax>("gateway") ?? new ObjectSyntax(file.Line, []), root.Member("gateway"), context);

        var scheduleReader = new ScheduleReader(context);
        var schedules = ReadList(
            bound.Get<ListSyntax>("schedules"), root.Member("schedules"), context, scheduleReader.Read);

        var southReader = new SouthReader(catalog, scheduleReader, context);
        var souths = ReadList(
            bound.Get<ListSyntax>("souths"), root.Member("souths"), context, southReader.Read);

        var northReader = new NorthReader(catalog, scheduleReader, southReader.Names, context);
        var norths = ReadList(
            bound.Get<ListSyntax>("norths"), root.Member("norths"), context, northReader.Read);

        return new MeridianConfig
        {
            Gateway = gateway ?? new GatewayConfig(),
            Schedules = schedules,
            Souths = souths,
            Norths = norths,
        };
    }

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
}
