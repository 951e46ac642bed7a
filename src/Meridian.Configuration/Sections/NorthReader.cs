using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Schedules;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;
using Meridian.Transforms;

namespace Meridian.Configuration.Sections;

/// <summary>Reads the <c>norths</c> section, after the Souths, whose names a North may use.</summary>
internal sealed class NorthReader(
    ConnectorCatalog catalog, ScheduleReader schedules, ConnectorNames souths, BindingContext context)
{
    private static readonly SettingsShape Shape = SettingsShape.Of(typeof(NorthSection));
    private static readonly ValueShape NameShape = Scalars.ScalarShapes.Find(typeof(string))!; // a type it knows

    private readonly ConnectorNames _names =
        new(StringComparer.OrdinalIgnoreCase, "names of Norths are unique, without regard to case.");

    /// <summary>Reads one North.</summary>
    /// <returns>The North; null when anything in it is wrong and was reported.</returns>
    public NorthConfig? Read(ObjectSyntax syntax, SettingsPath path)
    {
        var bound = SettingsBinder.BindProperties(Shape, syntax, path, context, []);
        var name = bound.Get<string>("name");
        var isNamed = name is not null && _names.Take(name, syntax, path, context);
        var from = ReadFrom(bound.Get<ListSyntax>("from"), path.Member("from"));
        var batch = ReadBatch(bound.Get<ObjectSyntax>("batch"), path.Member("batch"));
        if (bound.Get<string>("type") is not { } type
            || ConnectorTypes.Find(type, catalog.Norths, syntax, path, context) is not { } manifest)
        {
            return null;
        }

        var settings = ConnectorTypes.BindSettings(
            manifest, bound.Get<ObjectSyntax>("settings") ?? new ObjectSyntax(bound.Line, []), path, context);
        var isGood = settings is not null && ConnectorCheck.Run(
            manifest, () => manifest.Check(settings), relative => relative, syntax, path, context);

        var transforms = bound.Get<IReadOnlyList<TransformSettings>>("transforms") ?? [];
        isGood = ConnectorCheck.Run(
            manifest, () => TransformSettings.Validate(transforms), static relative => relative, syntax, path, context)
            && isGood;
        isGood = (batch is null || ParallelSends.Check(batch, manifest, syntax, path, context)) && isGood;

        var isWhole = isGood && isNamed && !bound.HasProblems && from is not null && batch is not null;
        return isWhole && settings is not null && name is not null
            ? new NorthConfig
            {
                Name = name,
                Manifest = manifest,
                Enabled = !bound.Has("enabled") || bound.Get<bool>("enabled"),
                From = from!, // it is whole
                Batch = batch!, // it is whole
                Lag = bound.Get<LagConfig>("lag") ?? new LagConfig(),
                StallAfter = bound.Has("stallAfter")
                    ? bound.Get<TimeSpan>("stallAfter")
                    : NorthConfig.DefaultStallAfter,
                Transforms = transforms,
                Settings = settings,
            }
            : null;
    }

    private BatchConfig? ReadBatch(ObjectSyntax? syntax, SettingsPath path)
    {
        if (syntax is null)
        {
            return new BatchConfig();
        }

        if (SettingsBinder.Bind(typeof(BatchSection), syntax, path, context) is not BatchSection section)
        {
            return null;
        }

        var schedule = section.Schedule is { } text ? schedules.Find(text, syntax, path) : null;
        if (schedule is SubscriptionSchedule)
        {
            context.Report(
                path.Member("schedule"),
                SyntaxLocator.FindMemberLine(syntax, "schedule"),
                $"'schedule' is \"{schedule}\", at which nothing is sent; leave it out to send at once.");
            return null;
        }

        return section.Schedule is not null && schedule is null
            ? null
            : new BatchConfig
            {
                MaxReadings = section.MaxReadings,
                MaxBytes = section.MaxBytes,
                Linger = section.Linger,
                MinDelay = section.MinDelay,
                Schedule = schedule,
                MaxParallelSends = section.MaxParallelSends,
            };
    }

    private List<string>? ReadFrom(ListSyntax? list, SettingsPath path)
    {
        if (list is null)
        {
            return [];
        }

        if (list.Elements.Count == 0)
        {
            context.Report(
                path, list.Line, "'from' is empty; name at least one South, or leave 'from' out to take from all.");
            return null;
        }

        var names = new List<string>(list.Elements.Count);
        for (var index = 0; index < list.Elements.Count; index++)
        {
            if (ReadSouth(list.Elements[index], path.Element(index), names) is { } south)
            {
                names.Add(south);
            }
        }

        return names.Count == list.Elements.Count ? names : null;
    }

    private string? ReadSouth(JsonSyntax syntax, SettingsPath path, List<string> earlier)
    {
        if (ValueBinder.Bind(NameShape, syntax, path, context) is not string name)
        {
            return null;
        }

        var south = souths.Find(name);
        if (south is null)
        {
            context.Report(
                path,
                syntax.Line,
                $"'from' names the South {ValueText.Quote(syntax is TextSyntax text ? text.Text : name)}, "
                + "which is not there; "
                + $"{Suggestion.Hint(name, souths.All)}.");
            return null;
        }

        if (earlier.Contains(south, StringComparer.Ordinal))
        {
            context.Report(path, syntax.Line, $"'from' names the South \"{south}\" twice; remove one of the two.");
            return null;
        }

        return south;
    }
}
