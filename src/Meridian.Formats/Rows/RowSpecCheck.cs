using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Formats.Templates;
using Meridian.Formats.Times;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Rows;

/// <summary>Finds everything that is wrong with a <see cref="RowSpec"/>.</summary>
internal static class RowSpecCheck
{
    public static bool TryCompile(
        RowSpec spec,
        [NotNullWhen(true)] out TimestampCodec? codec,
        [NotNullWhen(true)] out TextTemplate? template,
        out IReadOnlyList<SettingsProblem> problems)
    {
        var found = new List<SettingsProblem>();
        if (!TimestampCodec.TryCompile(spec.Time, out codec, out var timeProblems))
        {
            found.AddRange(timeProblems.Select(static one => one with { Path = "time." + one.Path }));
        }

        var isTall = spec.Layout == RowLayout.Tall;
        CheckNames(spec, isTall, found);
        var (text, allowed) = Naming(spec, isTall);
        if (!TextTemplate.TryCompile(text, allowed, out template, out var sentences))
        {
            found.AddRange(sentences.Select(static one => new SettingsProblem("point", one)));
        }
        else if (!template.Used.HasFlag(TemplatePlaceholders.Column) && !isTall && NeedsColumn(spec))
        {
            found.Add(new SettingsProblem(
                "point", $"The point '{text}' would be the same for all columns; put {{column}} in it."));
        }

        problems = found;
        return found.Count == 0 && codec is not null && template is not null;
    }

    private static (string Template, TemplatePlaceholders Allowed) Naming(RowSpec spec, bool isTall)
    {
        const TemplatePlaceholders Names = TemplatePlaceholders.Item | TemplatePlaceholders.South;
        return !isTall ? (spec.Point ?? "{item}/{column}", Names | TemplatePlaceholders.Column)
            : spec.PointColumn is null ? (spec.Point ?? "{item}", Names)
            : (spec.Point ?? "{point}", Names | TemplatePlaceholders.Point);
    }

    private static bool NeedsColumn(RowSpec spec) =>
        spec.Columns.Count == 0 || spec.Columns.Count(static column => column.Point is null) > 1;

    private static void CheckNames(RowSpec spec, bool isTall, List<SettingsProblem> found)
    {
        if (!Enum.IsDefined(spec.Layout) || !Enum.IsDefined(spec.Type))
        {
            found.Add(new SettingsProblem(
                "layout", $"Layout {spec.Layout} or type {spec.Type} does not exist; use tall or wide and auto."));
        }

        if (spec.TimeColumn.Length == 0)
        {
            found.Add(new SettingsProblem("timeColumn", "The column of the time has no name; name one."));
        }

        if (isTall && spec.ValueColumn.Length == 0)
        {
            found.Add(new SettingsProblem("valueColumn", "The column of the value has no name; name one."));
        }

        var points = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < spec.Columns.Count; index++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"columns[{index}].");
            if (spec.Columns[index].Column.Length == 0)
            {
                found.Add(new SettingsProblem(path + "column", "The column has no name; name one."));
            }

            if (spec.Columns[index].Point is { } point && (point.Length == 0 || !points.Add(point)))
            {
                found.Add(new SettingsProblem(
                    path + "point",
                    $"The point '{point}' is empty or named twice; each column is a point of its own."));
            }
        }
    }
}
