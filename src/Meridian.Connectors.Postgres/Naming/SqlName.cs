namespace Meridian.Connectors.Postgres.Naming;

/// <summary>Names in SQL.</summary>
internal static class SqlName
{
    /// <summary>The name in quotes, so that any spelling is itself.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
