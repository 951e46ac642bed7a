using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.South;

/// <summary>The settings of one item of the PostgreSQL South: a query and what its rows become.</summary>
public sealed record PostgresItemSettings : ISqlItem
{
    /// <summary>How the query is asked again and again.</summary>
    /// <value>window.</value>
    public SqlMode Mode { get; init; } = SqlMode.Window;

    /// <summary>
    /// The query: one statement with <c>@StartTime</c>, included, and <c>@EndTime</c>, excluded; by a sequence with
    /// <c>@LastSequence</c>, excluded, and <c>@Limit</c>, and ordered by the sequence.
    /// </summary>
    [Required]
    public required string Query { get; init; }

    /// <summary>The type of the time's column, which the two variables have, too.</summary>
    /// <value>withTimeZone, a timestamptz.</value>
    [VisibleWhen(nameof(Mode), SqlMode.Window)]
    public SqlTimeType TimeType { get; init; } = SqlTimeType.WithTimeZone;

    /// <summary>How the query goes on by a sequence.</summary>
    [Required]
    [VisibleWhen(nameof(Mode), SqlMode.Sequence)]
    public SqlSequenceSpec Sequence { get; init; } = new();

    /// <summary>What the rows become.</summary>
    /// <value>readings.</value>
    public SqlResult Result { get; init; } = SqlResult.Readings;

    /// <summary>How rows become readings. Of CSV files by windows only the time's column and format count.</summary>
    [Required]
    public RowSpec Rows { get; init; } = new();

    /// <summary>How rows become CSV files.</summary>
    [Required]
    [VisibleWhen(nameof(Result), SqlResult.Csv)]
    public SqlCsvSpec Csv { get; init; } = new();
}
