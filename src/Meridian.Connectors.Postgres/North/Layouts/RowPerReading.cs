using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>One row per reading; how its value lies in columns is the layout's.</summary>
/// <param name="upsert">What becomes of a reading whose point and time stand there already.</param>
/// <param name="values">The columns of the value.</param>
internal abstract class RowPerReading(PostgresUpsert upsert, ColumnShape[] values) : IRowLayout
{
    /// <inheritdoc/>
    public IReadOnlyList<ColumnShape> Columns { get; } = ReadingRows.Columns(values);

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
            ReadingRows.WriteBegin(buffer, reading, (short)Columns.Count);
            WriteValue(buffer, reading.Value);
            ReadingRows.WriteEnd(buffer, reading, positions[next], batch.JournalId);
        }

        return next;
    }

    /// <summary>Writes the columns of the value, each of them, null where it is empty.</summary>
    protected abstract void WriteValue(CopyBuffer buffer, in ReadingValue value);
}
