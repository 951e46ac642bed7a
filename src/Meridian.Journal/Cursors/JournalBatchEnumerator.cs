namespace Meridian.Journal.Cursors;

/// <summary>Walks the records of a batch.</summary>
public struct JournalBatchEnumerator : IEquatable<JournalBatchEnumerator>
{
    private readonly JournalBatch _batch;
    private int _index;

    internal JournalBatchEnumerator(JournalBatch batch)
    {
        _batch = batch;
        _index = -1;
    }

    /// <summary>The record the enumerator stands at.</summary>
    public readonly JournalRecord Current => _batch[_index];

    /// <summary>Goes to the next record.</summary>
    /// <returns>False after the last one.</returns>
    public bool MoveNext() => ++_index < _batch.RecordCount;

    /// <inheritdoc/>
    public readonly bool Equals(JournalBatchEnumerator other) => _batch == other._batch && _index == other._index;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is JournalBatchEnumerator other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_batch, _index);

    /// <summary>Whether both stand at the same record.</summary>
    /// <param name="left">One enumerator.</param>
    /// <param name="right">The other enumerator.</param>
    public static bool operator ==(JournalBatchEnumerator left, JournalBatchEnumerator right) => left.Equals(right);

    /// <summary>Whether they stand at different records.</summary>
    /// <param name="left">One enumerator.</param>
    /// <param name="right">The other enumerator.</param>
    public static bool operator !=(JournalBatchEnumerator left, JournalBatchEnumerator right) => !left.Equals(right);
}
