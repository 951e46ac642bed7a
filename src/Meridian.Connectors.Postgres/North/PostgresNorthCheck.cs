using System.Text;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.North;

/// <summary>Checks what attributes cannot say about the settings of the PostgreSQL North.</summary>
internal static class PostgresNorthCheck
{
    // NAMEDATALEN − 1: PostgreSQL cuts longer names without a word, and two tables could become one.
    private const int MaxNameBytes = 63;

    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(PostgresNorthSettings settings)
    {
        var problems = FindInName("settings.schema", settings.Schema)
            .Concat(FindInName("settings.table", settings.Table));
        if (string.Equals(settings.Table, CursorTable.TableName, StringComparison.Ordinal))
        {
            problems = problems.Append(new SettingsProblem(
                "settings.table",
                $"'{CursorTable.TableName}' is where the positions are kept; choose another name for the readings."));
        }

        if (settings.Layout == PostgresLayout.Wide)
        {
            problems = problems.Concat(WideCheck.Find(settings));
        }

        return settings.FindProblem() is { } problem
            ? problems.Append(problem)
            : problems;
    }

    /// <summary>What is wrong with a name.</summary>
    public static IEnumerable<SettingsProblem> FindInName(string path, string name)
    {
        var lengthBytes = Encoding.UTF8.GetByteCount(name);
        if (lengthBytes is 0 or > MaxNameBytes || name.Contains('\0', StringComparison.Ordinal))
        {
            yield return new SettingsProblem(
                path,
                $"'{name}' is no name for PostgreSQL: a name has 1 to {MaxNameBytes} bytes, this one has "
                + $"{lengthBytes}, and none of them may be 0. Choose another.");
        }
    }
}
