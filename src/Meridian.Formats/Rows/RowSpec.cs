using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Times;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Rows;

/// <summary>
/// How rows of a query, a CSV file or a JSON array become readings, as a user states it; <see cref="RowDecoder"/> makes
/// it run. Columns are named as the source names them, or by number from 1 where a file has no header.
/// </summary>
public sealed record RowSpec
{
    /// <summary>Whether a row is one reading, or has one column per point.</summary>
    /// <value>The default is <see cref="RowLayout.Tall"/>.</value>
    public RowLayout Layout { get; init; } = RowLayout.Tall;

    /// <summary>The column of the time.</summary>
    /// <value>The default is <c>time</c>.</value>
    [Required]
    public string TimeColumn { get; init; } = "time";

    /// <summary>How times are written.</summary>
    public TimestampSpec Time { get; init; } = new();

    /// <summary>The column that names the point of a row; without it all rows are of one point.</summary>
    [VisibleWhen(nameof(Layout), RowLayout.Tall)]
    public string? PointColumn { get; init; }

    /// <summary>The column of the value.</summary>
    /// <value>The default is <c>value</c>.</value>
    [VisibleWhen(nameof(Layout), RowLayout.Tall)]
    public string ValueColumn { get; init; } = "value";

    /// <summary>
    /// The column of the quality: good, uncertain, bad, true, false or an OPC UA status code. Without it all is good.
    /// </summary>
    [VisibleWhen(nameof(Layout), RowLayout.Tall)]
    public string? QualityColumn { get; init; }

    /// <summary>
    /// The columns that are points. Without it all but that of the time are.
    /// </summary>
    [VisibleWhen(nameof(Layout), RowLayout.Wide)]
    public IReadOnlyList<ColumnSpec> Columns { get; init; } = [];

    /// <summary>
    /// The point's name: <c>{point}</c> is what the point column says, <c>{column}</c> a column's name, <c>{item}</c>
    /// and <c>{south}</c> the names here.
    /// </summary>
    /// <value>
    /// The default is <c>{point}</c> with a point column, <c>{item}</c> without one, and <c>{item}/{column}</c> where
    /// columns are points.
    /// </value>
    public string? Point { get; init; }

    /// <summary>What values are.</summary>
    /// <value>The default is <see cref="ValueWish.Auto"/>.</value>
    public ValueWish Type { get; init; } = ValueWish.Auto;

    /// <summary>Whether numbers in text have a comma where others have a point: <c>3,14</c>.</summary>
    /// <value>The default is false.</value>
    public bool HasDecimalComma { get; init; }

    /// <summary>Texts that say that there is no value. An empty field of a CSV file says it always.</summary>
    /// <value>The default is <c>NULL</c>.</value>
    public IReadOnlyList<string> Nulls { get; init; } = ["NULL"];
}

/// <summary>A column that is a point.</summary>
public sealed record ColumnSpec
{
    /// <summary>The column.</summary>
    [Required]
    public required string Column { get; init; }

    /// <summary>The point's name; without it as the rows say.</summary>
    public string? Point { get; init; }

    /// <summary>What its values are; without it as the rows say.</summary>
    public ValueWish? Type { get; init; }
}

/// <summary>How readings lie in rows.</summary>
public enum RowLayout
{
    /// <summary>One reading per row: time, value, and maybe point and quality.</summary>
    Tall,

    /// <summary>One row per time, one column per point; a column without value is no reading.</summary>
    Wide,
}

/// <summary>What a value shall be.</summary>
public enum ValueWish
{
    /// <summary>What it is: a type of its column, else a number, true, false or text.</summary>
    Auto,

    /// <summary>A number; true is 1 and false is 0.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>True or false; also 1 and 0, yes and no, on and off, t and f.</summary>
    Boolean,
}
