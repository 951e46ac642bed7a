using Meridian.Formats.Sql;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Postgres.South;

/// <summary>Checks what attributes cannot say about the PostgreSQL South and its items.</summary>
internal static class PostgresSouthCheck
{
    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(PostgresSouthSettings settings, IReadOnlyList<Item> items)
    {
        if (settings.FindProblem() is { } problem)
        {
            yield return problem;
        }

        foreach (var found in SqlItems.FindProblems(items))
        {
            yield return found;
        }
    }
}
