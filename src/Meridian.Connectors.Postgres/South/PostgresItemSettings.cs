using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;

namespace Meridian.Connectors.Postgres.South;

/// <summary>The settings of one item of the PostgreSQL South: a query and how its rows become readings.</summary>
public sealed record PostgresItemSettings
{
    /// <summary>How the query is asked again and again.</summary>
    /// <value>window.</value>
    public SqlMode Mode { get; init; } = SqlMode.Window;

    /// <summary>
    /// The query: one statement with <c>@StartTime</c>, included, and <c>@EndTime</c>, excluded.
    /// </summary>
    [Required]
    public required string Query { get; init; }

    /// <summary>The type of the time's column, which the two variables have, too.</summary>
    /// <value>withTimeZone, a timestamptz.</value>
    public SqlTimeType TimeType { get; init; } = SqlTimeType.WithTimeZone;

    /// <summary>How rows become readings.</summary>
    public RowSpec Rows { get; init; } = new();
}
