using System.Globalization;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>One row per reading; every number in one column.</summary>
internal sealed class TallLayout(PostgresUpsert upsert) : IRowLayout
{
    private const short FieldCount = 9;

    // 2^53: up to here a double holds every integer exactly.
    private const long ExactInDouble = 1L << 53;

    /// <inheritdoc/>
    public IReadOnlyList<ColumnShape> Columns { get; } = ReadingRows.Columns(
        new ColumnShape("value", "double precision", IsRequired: false),
        new ColumnShape("text", "text", IsRequired: false),
        new ColumnShape("bytes", "bytea", IsRequired: false));

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
            Write(buffer, in readings[next], positions[next], batch.JournalId);
        }

        return next;
    }

    private static void Write(CopyBuffer buffer, in Reading reading, long position, Guid journalId)
    {
        ReadingRows.Reserve(buffer, reading);
        ReadingRows.WriteBegin(buffer, reading, FieldCount);
        WriteNumber(buffer, reading.Value);
        WriteText(buffer, reading.Value);
        if (reading.Value.Kind == ReadingValueKind.Bytes)
        {
            buffer.WriteBytes(reading.Value.AsBytes().Span);
        }
        else
        {
            buffer.WriteNull();
        }

        ReadingRows.WriteEnd(buffer, reading, position, journalId);
    }

    private static void WriteNumber(CopyBuffer buffer, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                buffer.WriteDouble(value.AsDouble());
                break;
            case ReadingValueKind.Int64:
                buffer.WriteDouble(value.AsInt64());
                break;
            case ReadingValueKind.UInt64:
                buffer.WriteDouble(value.AsUInt64());
                break;
            case ReadingValueKind.Boolean:
                buffer.WriteDouble(value.AsBoolean() ? 1 : 0);
                break;
            default:
                buffer.WriteNull();
                break;
        }
    }

    private static void WriteText(CopyBuffer buffer, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.String or ReadingValueKind.Json:
                buffer.WriteText(value.AsString());
                break;
            case ReadingValueKind.Int64 when value.AsInt64() is > ExactInDouble or < -ExactInDouble:
                WriteDigits(buffer, value.AsInt64());
                break;
            case ReadingValueKind.UInt64 when value.AsUInt64() > ExactInDouble:
                WriteDigits(buffer, value.AsUInt64());
                break;
            default:
                buffer.WriteNull();
                break;
        }
    }

    private static void WriteDigits<T>(CopyBuffer buffer, T value)
        where T : ISpanFormattable
    {
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var count, format: default, CultureInfo.InvariantCulture);
        buffer.WriteText(digits[..count]);
    }
}
