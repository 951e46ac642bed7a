using Meridian.Connectors.Postgres.North.Layouts;
using Meridian.Formats.Templates;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.North;

/// <summary>Checks the settings of the wide layout.</summary>
internal static class WideCheck
{
    // PostgreSQL holds at most 1,600 columns in a table (MaxHeapAttributeNumber).
    private const int MaxColumns = 1_600;

    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(PostgresNorthSettings settings)
    {
        var problems = FindInTemplate("settings.columnTemplate", settings.ColumnTemplate)
            .Concat(FindInTemplate("settings.keyTemplate", settings.KeyTemplate))
            .ToList();
        var areTemplatesSound = problems.Count == 0;
        problems.AddRange(FindInColumns(settings));
        return areTemplatesSound && problems.Count == 0 ? FindSharedCells(settings) : problems;
    }

    private static IEnumerable<SettingsProblem> FindInTemplate(string path, string? text) =>
        text is null || TextTemplate.TryCompile(text, WideMap.Placeholders, out _, out var problems)
            ? []
            : problems.Select(problem => new SettingsProblem(path, problem));

    private static IEnumerable<SettingsProblem> FindInColumns(PostgresNorthSettings settings)
    {
        if (settings.Columns.Count == 0)
        {
            yield return new SettingsProblem(
                "settings.columns", "The wide layout has at least one column; name the columns and their points.");
        }

        // The names that are taken, and by what.
        var taken = new Dictionary<string, string>(StringComparer.Ordinal) { ["time"] = "the time" };
        if (settings.KeyTemplate is not null)
        {
            foreach (var problem in PostgresNorthCheck.FindInName("settings.keyColumn", settings.KeyColumn))
            {
                yield return problem;
            }

            if (!taken.TryAdd(settings.KeyColumn, "the key"))
            {
                yield return Taken("settings.keyColumn", settings.KeyColumn, taken);
            }
        }

        var known = new Dictionary<string, PostgresColumnSettings>(StringComparer.Ordinal);
        for (var i = 0; i < settings.Columns.Count; i++)
        {
            foreach (var problem in FindInColumn($"settings.columns[{i}]", settings.Columns[i], settings, known, taken))
            {
                yield return problem;
            }
        }

        if (taken.Count > MaxColumns)
        {
            yield return new SettingsProblem(
                "settings.columns",
                $"A table has at most {MaxColumns} columns, and this one would have {taken.Count}. Choose another "
                + "layout, or several Norths.");
        }
    }

    private static IEnumerable<SettingsProblem> FindInColumn(
        string path,
        PostgresColumnSettings entry,
        PostgresNorthSettings settings,
        Dictionary<string, PostgresColumnSettings> known,
        Dictionary<string, string> taken)
    {
        if (entry.Point is null && settings.ColumnTemplate is null)
        {
            yield return new SettingsProblem(
                $"{path}.point", $"Nothing fills column '{entry.Column}'; name its point, or set columnTemplate.");
        }

        if (known.TryGetValue(entry.Column, out var first))
        {
            var isSame = first.Type == entry.Type
                && string.Equals(first.Quality, entry.Quality, StringComparison.Ordinal);
            if (!isSame)
            {
                yield return new SettingsProblem(
                    $"{path}.column",
                    $"'{entry.Column}' comes again with another type or quality; make them the same.");
            }

            yield break;
        }

        known.Add(entry.Column, entry);
        foreach (var (at, name) in new[] { ($"{path}.column", entry.Column), ($"{path}.quality", entry.Quality) })
        {
            if (name is null)
            {
                continue;
            }

            foreach (var problem in PostgresNorthCheck.FindInName(at, name))
            {
                yield return problem;
            }

            if (!taken.TryAdd(name, $"column '{entry.Column}'"))
            {
                yield return Taken(at, name, taken);
            }
        }
    }

    /// <summary>Points that the list gives one cell, or one point that it gives two.</summary>
    private static IEnumerable<SettingsProblem> FindSharedCells(PostgresNorthSettings settings)
    {
        var map = new WideMap(settings);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < settings.Columns.Count; i++)
        {
            if (settings.Columns[i].Point is not { } point)
            {
                continue;
            }

            if (!seen.Add(point))
            {
                yield return new SettingsProblem(
                    $"settings.columns[{i}].point", $"Point '{point}' is named twice; a point fills one column.");
            }
            else if (map.PlaceOf(point).Problem is { } problem)
            {
                yield return new SettingsProblem($"settings.columns[{i}].point", problem);
            }
        }
    }

    private static SettingsProblem Taken(string path, string name, Dictionary<string, string> taken) =>
        new(path, $"'{name}' is the name of {taken[name]} already; choose another.");
}
