using System.Diagnostics.CodeAnalysis;
using Meridian.Journal.Appending;
using Meridian.Journal.Books;
using Meridian.Journal.Cursors;
using Meridian.Journal.Files;
using Meridian.Journal.Format;
using Meridian.Journal.Recovery;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;
using Meridian.Journal.Writing;
using Microsoft.Extensions.Logging;

namespace Meridian.Journal;

/// <summary>
/// An append-only log of records on disk with named cursors. What was appended is there after any crash; what every
/// cursor has passed is deleted, whole segments at a time. Safe for any number of threads.
/// </summary>
public sealed partial class JournalLog : IAsyncDisposable
{
    private readonly IJournalStorage _storage;
    private readonly IDisposable _lock;
    private readonly JournalOptions _options;
    private readonly SegmentList _segments;
    private readonly SourceTable _sources;
    private readonly JournalWriter _writer;
    private readonly AppendQueue _queue;
    private readonly JournalBooks _books;
    private readonly CursorTable _cursors;
    private readonly FileShelf _files;
    private readonly Housekeeping _housekeeping;
    private readonly JournalTelemetry _telemetry = new();
    private readonly Task _writing;
    private readonly JournalIdentity _identity;
    private readonly uint _seed;
    private readonly long _emptyStart;
    private long _damagedBytes;
    private long _missingData;
    private int _isDisposed;

    [SuppressMessage("Reliability", "CA2000", Justification = "The writer owns the files and is disposed.")]
    private JournalLog(
        IJournalStorage storage,
        IDisposable folderLock,
        JournalOptions options,
        TimeProvider time,
        ILogger logger,
        RecoveredJournal recovered)
    {
        _storage = storage;
        _lock = folderLock;
        _options = options;
        Time = time;
        _identity = recovered.Identity;
        _seed = SegmentHeader.Seed(_identity.Log);
        Recovery = recovered.Report;
        _sources = recovered.Sources;
        _segments = new SegmentList(recovered.Segments);
        _emptyStart = recovered.End;
        _files = new FileShelf(storage, options.MaxFileBytes, time);
        var reserve = new SpaceReserve(storage, options.ReserveBytes);
        var file = new SegmentWriter(storage, options, time, _segments, reserve, _identity.Log, recovered.LastOrdinal);
        if (recovered.NewestFile is { } newest)
        {
            file.Resume(_segments.Newest!, newest, recovered.Defined);
        }

        var index = new IndexWriter(storage, _identity.Log, recovered.IndexSequence);
        _writer = new JournalWriter(storage, options, time, _segments, _telemetry, logger);
        _cursors = new CursorTable(options, time, _writer.Wake, recovered.Cursors);
        _books = new JournalBooks(_cursors, recovered.Checkpoints, recovered.Files, _seed, time);
        _queue = new AppendQueue(options, time, _seed, recovered.End, _writer.Wake);
        _housekeeping = new Housekeeping(
            storage, options, time, _segments, file, _books, reserve, index, logger);
        _telemetry.Observe(this);
        _writing = _writer.RunAsync(_queue, file, index, _books, _housekeeping, recovered.End);
    }

    /// <summary>The random id of this journal. Positions are unique within it for ever; a journal that was put back
    /// from a copy gets a new one (<see cref="Inspection.JournalRenewal"/>).</summary>
    public Guid Id => _identity.Id;

    /// <summary>The ids it had before it was put back, oldest first. What was appended under one of them may have been
    /// something else in the copy that was lost, so a position of theirs proves nothing here.</summary>
    public IReadOnlyList<Guid> FormerIds => _identity.Former;

    /// <summary>What the start found and mended.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>The oldest datum that the journal still has.</summary>
    public JournalPosition Start => new(_segments.Oldest?.First ?? _emptyStart);

    /// <summary>The position after the last durable datum.</summary>
    public JournalPosition End => new(_writer.End);

    /// <summary>How the journal is doing at this moment.</summary>
    public JournalStatus Status => new()
    {
        Bytes = _queue.Bytes,
        MaxBytes = _options.MaxBytes,
        Segments = _segments.Count,
        IsFull = _queue.IsFull,
        BlockingCursor = _writer.HoldingCursor ?? _cursors.Last(),
        IsHolding = _writer.HoldingCursor is not null,
        WaitingAppends = _queue.WaitingCount,
        Fault = _writer.Fault,
        Appends = _writer.Appends,
        Data = _writer.Data,
        Groups = _writer.Groups,
        Fsyncs = _writer.Fsyncs,
        Faults = _writer.Faults,
        DamagedBytes = Interlocked.Read(ref _damagedBytes),
        MissingData = Interlocked.Read(ref _missingData),
    };

    /// <summary>All cursors by name, those of earlier runs that nobody has opened yet included.</summary>
    public IReadOnlyList<JournalCursorStatus> Cursors => _cursors.Snapshot(End.Value);

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
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        return OpenOnAsync(new FileJournalStorage(options.Folder), options, time, logger, ct);
    }

    /// <summary>The source of a name, for appends. Cheap, but keep the result rather than ask per
    /// append.</summary>
    /// <param name="name">1 to 1,024 bytes of UTF-8, not beginning with U+0000.</param>
    /// <returns>The source; the same instance for the same name.</returns>
    public JournalSource Source(string name)
    {
        SourceTable.ThrowIfUnfit(name);
        return name[0] != '\0' ? _sources.Get(name) : throw new ArgumentException(
            "A source's name begins with the character U+0000; those names are the journal's own.", nameof(name));
    }

    /// <summary>
    /// Appends one record and completes when it is durable. Records are stored in the order of the calls; calls need
    /// not
    /// wait for each other, what gathers while the disk works is made durable together. Waits while the journal is full
    /// or the disk refuses to write (see <see cref="Status"/>).
    /// </summary>
    /// <param name="source">Who writes, from <see cref="Source"/> of this journal.</param>
    /// <param name="count">How many data the payload carries; 1 to 16,777,216.</param>
    /// <param name="payload">The bytes; lent until the task completes.</param>
    /// <param name="contentType">What the payload is, by a number of the caller's own choice.</param>
    /// <param name="ct">
    /// Withdraws an append that still waits for room. One that has gathered is not stopped: its task completes when
    /// it is
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
        CancellationToken ct = default)
    {
        ThrowIfForeign(source);
        ThrowIfUnfit(count);
        return AppendAsync(new AppendEntry(source, count, contentType, payload, default, null, 0), ct);
    }

    /// <summary>The same as the simple append, with checkpoints or a file in the same record: either all of it is
    /// durable or nothing.</summary>
    /// <param name="source">Who writes, from <see cref="Source"/> of this journal.</param>
    /// <param name="count">How many data the payload carries; 1 to 16,777,216.</param>
    /// <param name="payload">The bytes; lent until the task completes.</param>
    /// <param name="contentType">What the payload is, by a number of the caller's own choice.</param>
    /// <param name="checkpoints">How far the source has come with these data; lent until the task completes.</param>
    /// <param name="file">A file that <see cref="StoreFileAsync"/> gave and no other record refers to.</param>
    /// <param name="ct">As in the simple append.</param>
    /// <returns>The position of the first datum. Await it once, do not keep it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before it gathered; it is not in the journal.</exception>
    /// <exception cref="Faults.JournalClosedException">The journal was closed before it became durable.</exception>
    /// <exception cref="ArgumentException">The payload, the count, a checkpoint or the source is not
    /// acceptable.</exception>
    public ValueTask<JournalPosition> AppendAsync(
        JournalSource source,
        int count,
        ReadOnlyMemory<byte> payload,
        byte contentType,
        ReadOnlyMemory<JournalCheckpoint> checkpoints,
        JournalFile? file = null,
        CancellationToken ct = default)
    {
        ThrowIfForeign(source);
        ThrowIfUnfit(count);
        ThrowIfUnfit(checkpoints.Span);
        var attached = Attachments.SizeOf(checkpoints.Span, file);
        return AppendAsync(
            new AppendEntry(source, count, contentType, payload, checkpoints, file, attached), ct);
    }

    /// <summary>
    /// Opens a cursor: a known one where it was committed, a new one at <paramref name="start"/>. A new one is on disk
    /// before any segment is deleted. The same name gives the same instance.
    /// </summary>
    /// <param name="name">1 to 1,024 bytes of UTF-8.</param>
    /// <param name="start">Where a new one begins.</param>
    /// <returns>The cursor, which reads all sources and has no limit of its own.</returns>
    /// <exception cref="InvalidOperationException">The journal has 1,024 cursors already.</exception>
    public JournalCursor OpenCursor(string name, CursorStart start)
        => OpenCursor(name, new JournalCursorOptions { Start = start });

    /// <summary>The same, with a choice of sources and limits. They count from the first opening until the journal is
    /// closed.</summary>
    /// <param name="name">1 to 1,024 bytes of UTF-8.</param>
    /// <param name="options">What it reads, and how far it may be behind.</param>
    /// <returns>The cursor.</returns>
    /// <exception cref="InvalidOperationException">The journal has 1,024 cursors already.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public JournalCursor OpenCursor(string name, JournalCursorOptions options)
    {
        SourceTable.ThrowIfUnfit(name);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(name);
        var cursor = _cursors.Open(name, options, StartPosition, MakeCursor);
        if (options.HasLimit)
        {
            // Whom it holds back, it does from here on.
            _writer.UpdateHold();
        }

        return cursor;

        long StartPosition()
            => options.Start == CursorStart.End && !Recovery.CursorsLost ? End.Value : Start.Value;

        JournalCursor MakeCursor(CursorEntry entry) => new(this, _cursors, entry, MakeReader(options.Sources));
    }

    /// <summary>Forgets a cursor, so that it holds no segment any more. Reads of it that wait end with an
    /// exception.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveCursor(string name) => _cursors.Remove(name);

    /// <summary>
    /// Makes durable what has gathered and been committed, and closes the journal. Appends that wait for room end with
    /// <see cref="Faults.JournalClosedException"/>.
    /// </summary>
    /// <returns>A task that completes when the folder is free for another process.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _queue.Close();
        _cursors.Close();
        _writer.Stop();
        try
        {
            await _writing.ConfigureAwait(false);
        }
        finally
        {
            _cursors.Dispose();
            _writer.Dispose();
            _telemetry.Dispose();
            _lock.Dispose();
        }
    }

    internal void Commit(CursorEntry entry, long position, ReadOnlySpan<byte> state)
    {
        _cursors.Commit(entry, position, state, End.Value, _segments.SecondOldest?.First);

        // Asked after the commit: either this sees that appends wait, or the writer, woken by them, sees the commit.
        if (_queue.IsFull)
        {
            _writer.Wake();
        }
    }

    internal TimeProvider Time { get; }

    /// <summary>Begins a new segment when there are data in the newest one, and deletes what all have passed.</summary>
    /// <returns>Completes when it is done, with an exception when the disk refused.</returns>
    internal Task RollAsync() => _writer.RollAsync();

    internal long StoredBytes => _writer.StoredBytes;

    /// <summary>The position of the first record of a time; the end when there is none.</summary>
    internal JournalPosition FindPosition(DateTimeOffset time)
        => TimeSearch.Find(_storage, _segments, _seed, time.UtcTicks) is { } found && found < End.Value
            ? new JournalPosition(found) : End;

    private ValueTask<JournalPosition> AppendAsync(in AppendEntry entry, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();

        // Half of the journal: a record must fit beside a segment that cannot be deleted yet.
        var limit = Math.Min(_options.MaxPayloadBytes, _options.MaxBytes / 2);
        var length = (long)entry.Payload.Length + entry.AttachedBytes;
        return length > limit
            ? throw new ArgumentException(
                $"The payload has {length} bytes with its checkpoints; the limit is {limit}. Split it.", nameof(entry))
            : _queue.AppendAsync(entry, ct);
    }

    private void ThrowIfForeign(JournalSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (_sources.Find(source.Id) != source)
        {
            throw new ArgumentException($"The source '{source.Name}' was not made by this journal.", nameof(source));
        }
    }

    private static void ThrowIfUnfit(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, JournalLimits.MaxRecordCount);
    }

    private JournalReader MakeReader(IReadOnlyCollection<string>? sources) => new(
        _storage,
        _segments,
        _sources,
        _seed,
        (segment, range) =>
        {
            _ = Interlocked.Add(ref _damagedBytes, range.Length);
            _housekeeping.NoteDamage(segment, range);
        },
        missing => Interlocked.Add(ref _missingData, missing),
        sources?.ToHashSet(StringComparer.Ordinal));
}
