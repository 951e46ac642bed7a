namespace Meridian.Formats.Parquet;

/// <summary>
/// A reading that a Parquet file cannot hold; the message says why. Nothing of the call that brought it was written,
/// and the writer goes on: leave the reading out and write the others again.
/// </summary>
public sealed class ParquetReadingException : Exception
{
    internal ParquetReadingException(int index, string message)
        : base(message) => Index = index;

    /// <summary>Which of the readings of the call it is, counted from 0.</summary>
    public int Index { get; }

    /// <summary>Whether trying again can help: never, the reading stays as it is.</summary>
    public bool IsTransient { get; }
}
