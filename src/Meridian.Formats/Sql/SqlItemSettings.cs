using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Rows;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Sql;

/// <summary>
/// The settings of an item that asks by SQL, whatever its database: a query and what its rows become.
/// </summary>
public abstract record SqlItemSettings
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

    /// <summary>The type of the time's column, which <c>@StartTime</c> and <c>@EndTime</c> have, too.</summary>
    public abstract SqlTimeType TimeType { get; init; }

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
