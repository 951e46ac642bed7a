namespace Meridian.Engine.Backfills;

/// <summary>
/// The journal source of a backfill: it says for which North its data are and from which South, so that they find
/// their way whatever becomes of the job. No connector has such a name.
/// </summary>
internal static class BackfillSource
{
    private const string Prefix = "#backfill/";

    /// <summary>The source's name.</summary>
    /// <param name="north">The North's id in the journal.</param>
    /// <param name="south">The South.</param>
    /// <param name="backfill">The job.</param>
    public static string NameOf(string north, string south, string backfill) => $"{Prefix}{north}/{south}/{backfill}";

    /// <summary>The South from which a source's data come: itself, but for a backfill.</summary>
    public static string SouthOf(string source) => Split(source)?.South ?? source;

    /// <summary>The North for which alone a source's data are; null when every North may take them.</summary>
    public static string? NorthOf(string source) => Split(source)?.North;

    private static (string North, string South)? Split(string source) =>
        source.StartsWith(Prefix, StringComparison.Ordinal)
        && source[Prefix.Length..].Split('/') is [var north, var south, _]
            ? (north, south)
            : null;
}
