using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace Meridian.Connectors.Postgres.North;

/// <summary>A column of the wide layout, and the point that fills it.</summary>
public sealed record PostgresColumnSettings
{
    /// <summary>
    /// The point that fills it, by its whole name; leave it out where <c>columnTemplate</c> says which column a point
    /// fills. With <c>keyTemplate</c>, several entries may name the same column for different points.
    /// </summary>
    public string? Point { get; init; }

    /// <summary>The column's name.</summary>
    [Required]
    public required string Column { get; init; }

    /// <summary>The column's type.</summary>
    /// <value>double.</value>
    public PostgresColumnType Type { get; init; } = PostgresColumnType.Double;

    /// <summary>
    /// A second column, of type <c>bigint</c>, for the quality: the OPC UA status code. Without it a value of bad
    /// quality goes to quarantine, since nothing in the row would tell that it is bad.
    /// </summary>
    /// <value>None.</value>
    public string? Quality { get; init; }
}

/// <summary>The type of a column of the wide layout.</summary>
[SuppressMessage(
    "Naming", "CA1720:Identifier contains type name", Justification = "They are the names of the types.")]
public enum PostgresColumnType
{
    /// <summary><c>double precision</c>: numbers that it holds exactly; true is 1, false is 0.</summary>
    Double,

    /// <summary><c>bigint</c>: whole numbers; true is 1, false is 0.</summary>
    Bigint,

    /// <summary><c>text</c>: texts, JSON as it came, numbers by their digits, <c>true</c> and <c>false</c>.</summary>
    Text,

    /// <summary><c>boolean</c>: true and false.</summary>
    Boolean,

    /// <summary><c>jsonb</c>: JSON, numbers but NaN and infinities, true and false.</summary>
    Json,

    /// <summary><c>bytea</c>: bytes.</summary>
    Bytes,
}
