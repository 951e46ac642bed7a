using Meridian.Formats.Rows;
using Meridian.Sdk.Intakes;

namespace Meridian.Formats.Sql.Next;

/// <summary>
/// What the rows of one answer become. Rows that belong together are added one by one and then kept as one; what was
/// added and not kept is no part of the content.
/// </summary>
internal interface IRowSink : IAsyncDisposable
{
    /// <summary>Looks at the columns; called once, before the rows.</summary>
    /// <returns>What is wrong with them, a whole sentence; null when nothing is.</returns>
    string? Begin(IReadOnlyList<string> columns);

    /// <summary>Takes a row.</summary>
    /// <returns>False when it is one too many; then nothing may be added or kept any more.</returns>
    bool Add(IRowCells row, long line);

    /// <summary>
    /// Keeps what was added. It blocks while it writes: who reads rows may do so on a thread of its own, and must stay
    /// on it (see <see cref="ISqlSession.RunAsync"/>).
    /// </summary>
    void Keep();

    /// <summary>What was kept; lent until this is disposed.</summary>
    /// <param name="name">The name of a file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<Content> EndAsync(Func<string> name, CancellationToken cancellationToken);
}
