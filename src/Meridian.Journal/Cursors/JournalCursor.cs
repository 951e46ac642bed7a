namespace Meridian.Journal.Cursors;

/// <summary>
/// A named reader of a journal. It knows two places: <see cref="Next"/>, where it reads on, and
/// <see cref="Committed"/>, where it starts again after a restart. Segments behind the commit of every cursor are
/// deleted. One reader at a time; <see cref="Commit"/> and the properties may be used by any thread.
/// </summary>
public sealed class JournalCursor
{
    internal JournalCursor(string name) => Name = name;

    /// <summary>The name, unique in the journal.</summary>
    public string Name { get; }

    /// <summary>The first datum that is not committed: all before it are done with.</summary>
    public JournalPosition Committed { get; private set; }

    /// <summary>
    /// The state that was committed last, as a copy; empty when none was. It belongs to <see cref="Committed"/> exactly.
    /// </summary>
    public ReadOnlyMemory<byte> State { get; private set; }

    /// <summary>The first datum that the next read gives. Equals <see cref="Committed"/> when the cursor is opened.</summary>
    public JournalPosition Next { get; private set; }

    /// <summary>Waits until something durable lies at or after <see cref="Next"/> and gives it; moves <see cref="Next"/>.</summary>
    /// <param name="limits">How much to give at most.</param>
    /// <param name="ct">Ends the waiting; the cursor stays where it is.</param>
    /// <returns>The batch, never empty, lent until the next read or seek.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The journal was closed or the cursor removed.</exception>
    /// <exception cref="IOException">A segment cannot be read at present; reading again may help.</exception>
    public ValueTask<JournalBatch> ReadAsync(JournalReadLimits limits, CancellationToken ct = default)
        => ValueTask.FromException<JournalBatch>(new NotSupportedException());

    /// <summary>The same as <see cref="ReadAsync"/> without waiting.</summary>
    /// <param name="limits">How much to give at most.</param>
    /// <param name="batch">The batch, never empty, lent until the next read or seek; null when nothing is there.</param>
    /// <returns>Whether there was something.</returns>
    /// <exception cref="ObjectDisposedException">The journal was closed or the cursor removed.</exception>
    /// <exception cref="IOException">A segment cannot be read at present; reading again may help.</exception>
    public bool TryRead(JournalReadLimits limits, out JournalBatch? batch)
    {
        batch = null;
        return false;
    }

    /// <summary>
    /// Lets the next read begin at <paramref name="position"/>; the commit stays. A position before the oldest retained
    /// datum gives that one.
    /// </summary>
    /// <param name="position">Where to read on; at most <see cref="JournalLog.End"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position lies after the last durable datum.</exception>
    public void Seek(JournalPosition position) => Next = position;

    /// <summary>
    /// Declares all data before <paramref name="position"/> done with and stores <paramref name="state"/> with that fact.
    /// Returns at once; after a kill the cursor is at most <see cref="JournalOptions.CursorDelay"/> or
    /// <see cref="JournalOptions.CursorLag"/> behind. Position and state are stored together, never one without the other.
    /// </summary>
    /// <param name="position">From <see cref="Committed"/> to <see cref="JournalLog.End"/>; it never goes back.</param>
    /// <param name="state">What the reader wants to know at that position again; replaces the last one. Copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position goes back or lies after the last durable datum.</exception>
    /// <exception cref="ArgumentException">The state is larger than 4,096 bytes.</exception>
    public void Commit(JournalPosition position, ReadOnlySpan<byte> state = default)
    {
        Committed = position;
        State = state.ToArray();
    }

    /// <summary>Waits until what was committed before this call is on disk.</summary>
    /// <param name="ct">Ends the waiting, not the writing.</param>
    /// <returns>A task that completes when the commit is durable.</returns>
    public ValueTask FlushAsync(CancellationToken ct = default) => ValueTask.CompletedTask;
}
