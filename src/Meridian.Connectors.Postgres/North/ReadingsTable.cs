using Meridian.Connectors.Postgres.Naming;

namespace Meridian.Connectors.Postgres.North;

/// <summary>The tall layout: one row per reading. Pure: it says what the table is, nothing is asked here.</summary>
internal sealed class ReadingsTable(string schema, string table)
{
    /// <summary>How many fields a row has.</summary>
    public const short FieldCount = 9;

    /// <summary>The columns in the order the rows are written.</summary>
    public static readonly IReadOnlyList<ColumnShape> Columns =
    [
        new("time", "timestamp with time zone", IsRequired: true),
        new("point", "text", IsRequired: true),
        new("value", "double precision", IsRequired: false),
        new("text", "text", IsRequired: false),
        new("bytes", "bytea", IsRequired: false),
        new("quality", "bigint", IsRequired: true),
        new("position", "bigint", IsRequired: true),
        new("kind", "smallint", IsRequired: true),
        new("journal", "uuid", IsRequired: true),
    ];

    /// <summary>The schema's name.</summary>
    public string Schema { get; } = schema;

    /// <summary>The table's name.</summary>
    public string Table { get; } = table;

    /// <summary>The full name in quotes.</summary>
    public string Name { get; } = $"{SqlName.Quote(schema)}.{SqlName.Quote(table)}";

    /// <summary>The statement that makes the schema.</summary>
    public string CreateSchemaSql => $"CREATE SCHEMA IF NOT EXISTS {SqlName.Quote(Schema)}";

    /// <summary>Makes the table and the index for what is mostly asked: a point's span of time.</summary>
    public string CreateSql
    {
        get
        {
            var columns = Columns.Select(column =>
                $"{SqlName.Quote(column.Name)} {column.Type}{(column.IsRequired ? " NOT NULL" : string.Empty)}");
            return $"CREATE TABLE {Name} ({string.Join(", ", columns)}); CREATE INDEX ON {Name} (\"point\", \"time\")";
        }
    }

    /// <summary>Takes the rows. It names the columns, so the table may have more of its own.</summary>
    public string CopySql { get; } =
        $"COPY {SqlName.Quote(schema)}.{SqlName.Quote(table)} "
        + $"({string.Join(", ", Columns.Select(column => SqlName.Quote(column.Name)))}) FROM STDIN (FORMAT BINARY)";

    /// <summary>What does not fit in a table that stands already, each as a sentence; empty when all fits.</summary>
    public static IEnumerable<string> FindMisfits(IReadOnlyList<ColumnFound> found)
    {
        foreach (var column in Columns)
        {
            var there = found.FirstOrDefault(other => string.Equals(other.Name, column.Name, StringComparison.Ordinal));
            if (there is null)
            {
                yield return $"Column '{column.Name}' ({column.Type}) is missing.";
            }
            else if (!column.Fits(there.Type))
            {
                yield return $"Column '{column.Name}' is {there.Type} and must be {column.Type}.";
            }
        }

        foreach (var column in found.Where(column => column.IsRequiredWithoutDefault))
        {
            if (!Columns.Any(ours => string.Equals(ours.Name, column.Name, StringComparison.Ordinal)))
            {
                yield return $"Column '{column.Name}' is NOT NULL without a default, and nothing here fills it.";
            }
        }
    }
}

/// <summary>A column as the rows need it.</summary>
internal sealed record ColumnShape(string Name, string Type, bool IsRequired)
{
    /// <summary>Whether a column of that type takes our bytes: a varchar takes a text's.</summary>
    public bool Fits(string type) => string.Equals(type, Type, StringComparison.Ordinal)
        || (Type is "text" && type is "character varying");
}

/// <summary>A column as it stands in the database.</summary>
internal sealed record ColumnFound(string Name, string Type, bool IsRequiredWithoutDefault);
