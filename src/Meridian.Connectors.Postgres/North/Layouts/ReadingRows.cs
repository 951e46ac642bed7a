using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>
/// What the layouts of one row per reading share: the columns around the value, and how rows that stand already are
/// met. Pure.
/// </summary>
internal static class ReadingRows
{
    /// <summary>
    /// Most bytes of one row without its texts and bytes: a length for each field, and what is in it.
    /// </summary>
    public const int FixedBytes = 2 + (12 * 4) + 8 + 8 + 8 + 8 + 2 + 16 + 20;

    private static readonly string[] Key = ["point", "time"];

    /// <summary>A point's span of time is what is mostly asked.</summary>
    public static IReadOnlyList<string> Index => Key;

    /// <summary>The columns of a table whose values are in those given.</summary>
    public static IReadOnlyList<ColumnShape> Columns(params ReadOnlySpan<ColumnShape> values) =>
    [
        ColumnShape.Time,
        new("point", "text", IsRequired: true),
        .. values,
        new("quality", "bigint", IsRequired: true),
        new("position", "bigint", IsRequired: true),
        new("kind", "smallint", IsRequired: true),
        new("journal", "uuid", IsRequired: true),
    ];

    /// <summary>
    /// Merges rows by point and time. Of several in a batch one is taken, since a statement may not meet a row twice.
    /// </summary>
    public static string MergeSql(
        PostgresUpsert upsert, IReadOnlyList<ColumnShape> columns, string table, string staged)
    {
        var names = MergeStatement.List(columns.Select(static column => column.Name));
        var key = MergeStatement.List(Key);
        var merged = columns.Select(static column => column.Name).Except(Key, StringComparer.Ordinal);
        var isUpdate = upsert == PostgresUpsert.Update;
        var select =
            $"INSERT INTO {table} AS kept ({names}) SELECT DISTINCT ON ({key}) {names} FROM {staged} "
            + $"ORDER BY {key}, \"position\" {(isUpdate ? "DESC" : "ASC")} ON CONFLICT ({key}) DO ";
        if (!isUpdate)
        {
            return select + "NOTHING";
        }

        // A replay brings old readings again: what stands further on in the same journal is newer and stays.
        return select
            + $"UPDATE SET {MergeStatement.Assignments(merged)} "
            + "WHERE kept.\"journal\" <> EXCLUDED.\"journal\" OR kept.\"position\" <= EXCLUDED.\"position\"";
    }

    /// <summary>Begins a row: its number of fields, the time and the point.</summary>
    public static void WriteBegin(CopyBuffer buffer, in Reading reading, short fields)
    {
        buffer.WriteRow(fields);
        buffer.WriteTime(reading.Timestamp);
        buffer.WriteText(reading.Point);
    }

    /// <summary>Ends a row: quality, position, kind and journal.</summary>
    public static void WriteEnd(CopyBuffer buffer, in Reading reading, long position, Guid journalId)
    {
        buffer.WriteInt64(reading.Quality.StatusCode);
        buffer.WriteInt64(position);
        buffer.WriteInt16((short)reading.Value.Kind);
        buffer.WriteGuid(journalId);
    }

    /// <summary>Room for one row.</summary>
    public static void Reserve(CopyBuffer buffer, in Reading reading) =>
        buffer.Reserve(FixedBytes + (3 * reading.Point.Length) + VariableBytes(reading.Value));

    /// <summary>The most bytes that the value's text or bytes take.</summary>
    public static int VariableBytes(in ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.String or ReadingValueKind.Json => 3 * value.AsString().Length,
        ReadingValueKind.Bytes => value.AsBytes().Length,
        _ => 0,
    };
}
