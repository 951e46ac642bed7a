using Meridian.Connectors.Postgres.North.Tables;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>A column of a wide row, and the one of its quality, if any.</summary>
internal sealed record WideColumn(int Index, string Name, PostgresColumnType Type, string? Quality)
{
    /// <summary>The column as the table has it.</summary>
    public ColumnShape Shape => new(
        Name,
        Type switch
        {
            PostgresColumnType.Bigint => "bigint",
            PostgresColumnType.Text => "text",
            PostgresColumnType.Boolean => "boolean",
            PostgresColumnType.Json => "jsonb",
            PostgresColumnType.Bytes => "bytea",
            _ => "double precision",
        },
        IsRequired: false);
}

/// <summary>Where a point goes, or why it goes nowhere.</summary>
internal sealed record WidePlace(WideColumn? Column, string Key, string? Problem);
