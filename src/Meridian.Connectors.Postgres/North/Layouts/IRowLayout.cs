using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>
/// How readings lie in a table: its columns, the rows of a batch, and the statement that merges them where rows may
/// stand already. All that differs between layouts is behind this; no connection is. One thread at a time.
/// </summary>
internal interface IRowLayout
{
    /// <summary>The columns, in the order in which <see cref="Write"/> writes them.</summary>
    IReadOnlyList<ColumnShape> Columns { get; }

    /// <summary>The columns of the table's index; where rows are merged they are unique together.</summary>
    IReadOnlyList<string> Index { get; }

    /// <summary>Whether rows are merged into those that stand; otherwise they are appended.</summary>
    bool IsMerged { get; }

    /// <summary>The statement that merges staged rows into the table; asked for only where rows are merged.</summary>
    /// <param name="table">The table's full name in quotes.</param>
    /// <param name="staged">The name of the staged rows, which have the same columns.</param>
    string MergeSql(string table, string staged);

    /// <summary>Why the table can never hold a reading, a whole sentence; null when it can.</summary>
    string? FindProblem(in Reading reading);

    /// <summary>Begins a batch of readings that all can be held.</summary>
    /// <returns>How many rows it makes.</returns>
    int Begin(ValuesBatch batch);

    /// <summary>Writes rows of the batch that was begun until the buffer is full or all are written.</summary>
    /// <param name="buffer">Where to; what is in it stays.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="next">The first row to write.</param>
    /// <returns>The row to go on with.</returns>
    int Write(CopyBuffer buffer, ValuesBatch batch, int next);
}
