using Meridian.Journal.Cursors;
using Microsoft.Extensions.Logging;

namespace Meridian.Journal;

/// <summary>
/// An append-only log of records on disk with named cursors. What was appended is there after any crash; what every
/// cursor has passed is deleted, whole segments at a time. Safe for any number of threads.
/// </summary>
public sealed class JournalLog : IAsyncDisposable
{
    private JournalLog(JournalOptions options) => Recovery = new RecoveryReport { IsNew = options.Folder.Length > 0 };

    /// <summary>The random id of this journal. Positions are unique within it for ever.</summary>
    public Guid Id { get; }

    /// <summary>What the start found and mended.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>The oldest datum that the journal still has.</summary>
    public JournalPosition Start { get; }

    /// <summary>The position after the last durable datum.</summary>
    public JournalPosition End { get; }

    /// <summary>How the journal is doing at this moment.</summary>
    public JournalStatus Status => throw new NotSupportedException();

    /// <summary>All cursors, those of earlier runs that nobody has opened yet included.</summary>
    public IReadOnlyList<JournalCursorStatus> Cursors => [];

    /// <summary>
    /// Opens the journal in <see cref="JournalOptions.Folder"/> or makes it, mends what a crash left and starts writing
    /// in the background. Reads the last segment only, so its time does not depend on what waits.
    /// </summary>
    /// <param name="options">How to keep it.</param>
    /// <param name="time">Stamps records and paces commits; the system's clock when null.</param>
    /// <param name="logger">Where recovery and faults are told; nowhere when null.</param>
    /// <param name="ct">Gives up opening; what was mended stays mended.</param>
    /// <returns>The open journal; dispose it to close it.</returns>
    /// <exception cref="Faults.JournalLockedException">Another process holds the folder.</exception>
    /// <exception cref="Faults.JournalUnsupportedVersionException">A newer program wrote it.</exception>
    /// <exception cref="IOException">The folder cannot be made, read or written.</exception>
    public static Task<JournalLog> OpenAsync(
        JournalOptions options,
        TimeProvider? time = null,
        ILogger<JournalLog>? logger = null,
        CancellationToken ct = default) => Task.FromResult(new JournalLog(options));

    /// <summary>The source of a name, for <see cref="AppendAsync"/>. Cheap, but keep the result rather than ask per append.</summary>
    /// <param name="name">1 to 1,024 bytes of UTF-8.</param>
    /// <returns>The source; the same instance for the same name.</returns>
    public JournalSource Source(string name) => new(0, name);

    /// <summary>
    /// Appends one record and completes when it is durable. Records are stored in the order of the calls; calls need not
    /// wait for each other, what gathers while the disk works is made durable together. Waits while the journal is full
    /// or the disk refuses to write (see <see cref="Status"/>).
    /// </summary>
    /// <param name="source">Who writes, from <see cref="Source"/> of this journal.</param>
    /// <param name="count">How many data the payload carries; 1 to 16,777,216.</param>
    /// <param name="payload">The bytes; lent until the task completes.</param>
    /// <param name="contentType">What the payload is, by a number of the caller's own choice.</param>
    /// <param name="ct">
    /// Withdraws an append that still waits for room. One that has gathered is not stopped: its task completes when it is
    /// durable, cancelled or not, so a cancelled append is never in the journal.
    /// </param>
    /// <returns>The position of the first datum. Await it once, do not keep it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before it gathered; it is not in the journal.</exception>
    /// <exception cref="Faults.JournalClosedException">The journal was closed before it became durable.</exception>
    /// <exception cref="ArgumentException">The payload, the count or the source is not acceptable.</exception>
    public ValueTask<JournalPosition> AppendAsync(
        JournalSource source,
        int count,
        ReadOnlyMemory<byte> payload,
        byte contentType = 0,
        CancellationToken ct = default) => ValueTask.FromException<JournalPosition>(new NotSupportedException());

    /// <summary>
    /// Opens a cursor: a known one where it was committed, a new one at <paramref name="start"/>. A new one is on disk
    /// before any segment is deleted. The same name gives the same instance.
    /// </summary>
    /// <param name="name">1 to 1,024 bytes of UTF-8.</param>
    /// <param name="start">Where a new one begins.</param>
    /// <returns>The cursor.</returns>
    /// <exception cref="InvalidOperationException">The journal has 1,024 cursors already.</exception>
    public JournalCursor OpenCursor(string name, CursorStart start) => new(name);

    /// <summary>Forgets a cursor, so that it holds no segment any more. Reads of it that wait end with an exception.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveCursor(string name) => false;

    /// <summary>
    /// Makes durable what has gathered and been committed, and closes the journal. Appends that wait for room end with
    /// <see cref="Faults.JournalClosedException"/>.
    /// </summary>
    /// <returns>A task that completes when the folder is free for another process.</returns>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
