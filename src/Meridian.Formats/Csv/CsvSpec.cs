namespace Meridian.Formats.Csv;

/// <summary>
/// How readings are laid out as CSV, as a user states it; <see cref="ReadingCsvTable.TryCompile"/> makes it run.
/// </summary>
public sealed record CsvSpec
{
    /// <summary>The layout.</summary>
    /// <value>The default is <see cref="CsvLayout.Row"/>.</value>
    public CsvLayout Layout { get; init; } = CsvLayout.Row;

    /// <summary>What stands between fields: a comma, a semicolon, a tab or a bar.</summary>
    /// <value>The default is a comma.</value>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether the first line names the columns.</summary>
    /// <value>The default is true.</value>
    public bool HasHeader { get; init; } = true;

    /// <summary>
    /// Whether, in the layout <see cref="CsvLayout.Column"/>, a column <c>NAME quality</c> follows that of each point.
    /// Without it qualities are not shown.
    /// </summary>
    /// <value>The default is false.</value>
    public bool HasQualities { get; init; }
}

/// <summary>How readings are laid out as CSV.</summary>
public enum CsvLayout
{
    /// <summary>One row per reading: <c>timestamp,point,value,quality</c>.</summary>
    Row,

    /// <summary>One row per timestamp, one column per point.</summary>
    Column,
}
