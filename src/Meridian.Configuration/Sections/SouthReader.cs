using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;
using Meridian.Sdk;

namespace Meridian.Configuration.Sections;

/// <summary>Reads the <c>souths</c> section.</summary>
internal sealed class SouthReader(ConnectorCatalog catalog, ScheduleReader schedules, BindingContext context)
{
    private static readonly SettingsShape Shape = SettingsShape.Of(typeof(SouthSection));

    /// <summary>The names of the Souths read so far, those of faulty ones included.</summary>
    public ConnectorNames Names { get; } =
        new(StringComparer.OrdinalIgnoreCase, "names of Souths are unique, without regard to case.");

    /// <summary>Reads one South.</summary>
    /// <returns>The South; null when anything in it is wrong and was reported.</returns>
    public SouthConfig? Read(ObjectSyntax syntax, SettingsPath path)
    {
        var bound = SettingsBinder.BindProperties(Shape, syntax, path, context, []);
        var name = bound.Get<string>("name");
        var isNamed = name is not null && Names.Take(name, syntax, path, context);
        if (bound.Get<string>("type") is not { } type
            || ConnectorTypes.Find(type, catalog.Souths, syntax, path, context) is not { } manifest)
        {
            return null;
        }

        var settings = ConnectorTypes.BindSettings(
            manifest, bound.Get<ObjectSyntax>("settings") ?? new ObjectSyntax(bound.Line, []), path, context);
        var list = bound.Get<ListSyntax>("items");
        var schedule = bound.Get<string>("schedule") is { } text ? schedules.Find(text, syntax, path) : null;
        var isScheduled = schedule is not null || !bound.Has("schedule");
        var items = new ItemReader(manifest, schedules, schedule, context)
        {
            ExpectEvery = bound.Get<TimeSpan?>("expectEvery"),
        }.Read(list, path.Member("items"));
        var isGood = Check(manifest, settings, items, syntax, path);

        var isWhole = isGood && isNamed && isScheduled && !bound.HasProblems && items.IsWhole;
        return isWhole && settings is not null && name is not null
            ? new SouthConfig
            {
                Name = name,
                Manifest = manifest,
                Enabled = !bound.Has("enabled") || bound.Get<bool>("enabled"),
                History = bound.Get<HistoryConfig>("history") ?? new HistoryConfig(),
                Settings = settings,
                Items = items.Items,
            }
            : null;
    }

    // The connector's own check also runs when some items could not be bound: what it finds among the others is worth
    // knowing now. When none could be bound it would only miss them all, so then it does not run.
    private bool Check(
        SouthManifest manifest, object? settings, BoundItems items, ObjectSyntax syntax, SettingsPath path)
    {
        if (settings is null || (items.Items.Count == 0 && !items.IsWhole))
        {
            return false;
        }

        return ConnectorCheck.Run(
            manifest,
            () => manifest.Check(settings, [.. items.Items.Select(item => item.Item)]),
            items.ToFilePath,
            syntax,
            path,
            context);
    }
}
