using System.Globalization;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>One row per reading, a column for each type of value; one of them is filled, or none for null.</summary>
internal sealed class PerTypeLayout(PostgresUpsert upsert) : IRowLayout
{
    private const short FieldCount = 12;

    private static readonly ColumnShape[] Values =
    [
        new("number", "double precision", IsRequired: false),
        new("integer", "bigint", IsRequired: false),
        new("boolean", "boolean", IsRequired: false),
        new("text", "text", IsRequired: false),
        new("json", "jsonb", IsRequired: false),
        new("bytes", "bytea", IsRequired: false),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ColumnShape> Columns { get; } = ReadingRows.Columns(Values);

    /// <inheritdoc/>
    public IReadOnlyList<string> Index => ReadingRows.Index;

    /// <inheritdoc/>
    public bool IsMerged => upsert != PostgresUpsert.Off;

    /// <inheritdoc/>
    public string MergeSql(string table, string staged) => ReadingRows.MergeSql(upsert, Columns, table, staged);

    /// <inheritdoc/>
    public string? FindProblem(in Reading reading) => StorableText.FindProblem(reading);

    /// <inheritdoc/>
    public int Begin(ValuesBatch batch) => batch.Readings.Length;

    /// <inheritdoc/>
    public int Write(CopyBuffer buffer, ValuesBatch batch, int next)
    {
        var readings = batch.Readings.Span;
        var positions = batch.Positions.Span;
        for (; next < readings.Length && !buffer.IsFull; next++)
        {
            ref readonly var reading = ref readings[next];
            ReadingRows.Reserve(buffer, reading);
            ReadingRows.WriteBegin(buffer, reading, FieldCount);
            WriteValue(buffer, reading.Value);
            ReadingRows.WriteEnd(buffer, reading, positions[next], batch.JournalId);
        }

        return next;
    }

    private static void WriteValue(CopyBuffer buffer, in ReadingValue value)
    {
        var filled = ColumnOf(value);
        for (var i = 0; i < Values.Length; i++)
        {
            if (i == filled)
            {
                WriteField(buffer, value);
            }
            else
            {
                buffer.WriteNull();
            }
        }
    }

    private static int ColumnOf(in ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Double => 0,
        ReadingValueKind.Int64 => 1,
        ReadingValueKind.UInt64 => value.AsUInt64() <= long.MaxValue ? 1 : 3,
        ReadingValueKind.Boolean => 2,
        ReadingValueKind.String => 3,
        ReadingValueKind.Json => 4,
        ReadingValueKind.Bytes => 5,
        _ => -1,
    };

    private static void WriteField(CopyBuffer buffer, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                buffer.WriteDouble(value.AsDouble());
                break;
            case ReadingValueKind.Int64:
                buffer.WriteInt64(value.AsInt64());
                break;
            case ReadingValueKind.UInt64 when value.AsUInt64() <= long.MaxValue:
                buffer.WriteInt64((long)value.AsUInt64());
                break;
            case ReadingValueKind.UInt64:
                // No integer of the database is that large; the digits are exact.
                buffer.WriteText(value.AsUInt64().ToString(CultureInfo.InvariantCulture));
                break;
            case ReadingValueKind.Boolean:
                buffer.WriteBoolean(value.AsBoolean());
                break;
            case ReadingValueKind.Json:
                buffer.WriteJsonb(value.AsString());
                break;
            case ReadingValueKind.Bytes:
                buffer.WriteBytes(value.AsBytes().Span);
                break;
            default:
                buffer.WriteText(value.AsString());
                break;
        }
    }
}
