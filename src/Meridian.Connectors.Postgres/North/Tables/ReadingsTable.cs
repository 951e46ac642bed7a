using Meridian.Connectors.Postgres.Naming;
using Meridian.Connectors.Postgres.North.Layouts;

namespace Meridian.Connectors.Postgres.North.Tables;

/// <summary>The table of the readings, in a layout. Pure: it says what the table is, nothing is asked here.</summary>
internal sealed class ReadingsTable
{
    // Each connection has its own, and it is emptied by each commit.
    private const string StagedName = "pg_temp.meridian_rows";

    private readonly IReadOnlyList<string> _index;
    private readonly string _declared;

    /// <summary>Says what a table of a layout is.</summary>
    public ReadingsTable(string schema, string table, IRowLayout layout, bool isHypertable = false)
    {
        Schema = schema;
        Table = table;
        Name = $"{SqlName.Quote(schema)}.{SqlName.Quote(table)}";
        Columns = layout.Columns;
        IsMerged = layout.IsMerged;
        IsHypertable = isHypertable;
        MergeSql = layout.IsMerged ? layout.MergeSql(Name, StagedName) : string.Empty;
        CopySql = $"COPY {(layout.IsMerged ? StagedName : Name)} "
            + $"({MergeStatement.List(Columns.Select(static column => column.Name))}) FROM STDIN (FORMAT BINARY)";
        _index = layout.Index;
        _declared = string.Join(", ", Columns.Select(static column =>
            $"{SqlName.Quote(column.Name)} {column.Type}{(column.IsRequired ? " NOT NULL" : string.Empty)}"));
    }

    /// <summary>The schema's name.</summary>
    public string Schema { get; }

    /// <summary>The table's name.</summary>
    public string Table { get; }

    /// <summary>The full name in quotes.</summary>
    public string Name { get; }

    /// <summary>The columns in the order the rows are written.</summary>
    public IReadOnlyList<ColumnShape> Columns { get; }

    /// <summary>Whether rows are staged and merged; otherwise they are copied straight in.</summary>
    public bool IsMerged { get; }

    /// <summary>Whether it is made a hypertable of TimescaleDB.</summary>
    public bool IsHypertable { get; }

    /// <summary>The columns that a unique index must be of, sorted; empty where none is needed.</summary>
    public string[] UniqueColumns => IsMerged ? [.. _index.Order(StringComparer.Ordinal)] : [];

    /// <summary>The statement that makes the schema.</summary>
    public string CreateSchemaSql => $"CREATE SCHEMA IF NOT EXISTS {SqlName.Quote(Schema)}";

    /// <summary>Makes the table and its index.</summary>
    public string CreateSql => $"CREATE TABLE {Name} ({_declared}); {CreateIndexSql}";

    /// <summary>Makes the place where rows are staged.</summary>
    public string CreateStagedSql => $"CREATE TEMP TABLE meridian_rows ({_declared}) ON COMMIT DELETE ROWS";

    /// <summary>Takes the rows. It names the columns, so the table may have more of its own.</summary>
    public string CopySql { get; }

    /// <summary>Merges the staged rows; empty where rows are copied straight in.</summary>
    public string MergeSql { get; }

    private string CreateIndexSql =>
        $"CREATE {(IsMerged ? "UNIQUE INDEX" : "INDEX")} ON {Name} ({MergeStatement.List(_index)})";

    /// <summary>What does not fit in a table that stands already; empty when all fits.</summary>
    public IEnumerable<Misfit> FindMisfits(IReadOnlyList<ColumnFound> found)
    {
        foreach (var column in Columns)
        {
            var there = found.FirstOrDefault(other => string.Equals(other.Name, column.Name, StringComparison.Ordinal));
            var name = SqlName.Quote(column.Name);
            if (there is null)
            {
                yield return new Misfit(
                    $"Column '{column.Name}' ({column.Type}) is missing.",
                    $"ALTER TABLE {Name} ADD COLUMN {name} {column.Type};");
            }
            else if (!column.Fits(there.Type))
            {
                yield return new Misfit(
                    $"Column '{column.Name}' is {there.Type} and must be {column.Type}.",
                    $"ALTER TABLE {Name} ALTER COLUMN {name} TYPE {column.Type};");
            }
            else if (there.IsRequired && !column.IsRequired)
            {
                yield return new Misfit(
                    $"Column '{column.Name}' is NOT NULL, and not every row fills it.", DropNotNull(name));
            }
        }

        foreach (var column in found.Where(static column => column.IsRequired && !column.HasDefault))
        {
            if (!Columns.Any(ours => string.Equals(ours.Name, column.Name, StringComparison.Ordinal)))
            {
                yield return new Misfit(
                    $"Column '{column.Name}' is NOT NULL without a default, and nothing here fills it.",
                    DropNotNull(SqlName.Quote(column.Name)));
            }
        }
    }

    /// <summary>What is said of a table without the unique index that merging needs.</summary>
    public Misfit NoUniqueIndex => new(
        $"No unique index of ({string.Join(", ", _index)}) is there to merge rows by; rows that repeat must go first.",
        $"{CreateIndexSql};");

    private string DropNotNull(string name) => $"ALTER TABLE {Name} ALTER COLUMN {name} DROP NOT NULL;";
}
