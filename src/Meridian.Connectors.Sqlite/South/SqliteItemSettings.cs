using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>The settings of one item of the SQLite South: a query and how its rows become readings.</summary>
public sealed record SqliteItemSettings
{
    /// <summary>How the query is asked again and again.</summary>
    /// <value>window.</value>
    public SqlMode Mode { get; init; } = SqlMode.Window;

    /// <summary>
    /// The query: one statement with <c>@StartTime</c>, included, and <c>@EndTime</c>, excluded.
    /// </summary>
    [Required]
    public required string Query { get; init; }

    /// <summary>What the time's column holds, and the two variables, too: text or a number.</summary>
    /// <value>text.</value>
    [AllowedValues(SqlTimeType.Text, SqlTimeType.Number)]
    public SqlTimeType TimeType { get; init; } = SqlTimeType.Text;

    /// <summary>How rows become readings.</summary>
    public RowSpec Rows { get; init; } = new();
}
