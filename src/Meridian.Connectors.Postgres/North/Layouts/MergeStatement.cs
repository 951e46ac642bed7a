using Meridian.Connectors.Postgres.Naming;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>Pieces of the statements that merge rows. Pure.</summary>
internal static class MergeStatement
{
    /// <summary>Names in quotes, with commas between.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(SqlName.Quote));

    /// <summary>Each column takes the new row's.</summary>
    public static string Assignments(IEnumerable<string> names) =>
        string.Join(", ", names.Select(SqlName.Quote).Select(static name => $"{name} = EXCLUDED.{name}"));
}
