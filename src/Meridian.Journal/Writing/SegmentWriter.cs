using System.Text;
using Meridian.Journal.Appending;
using Meridian.Journal.Books;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Writing;

/// <summary>
/// Writes groups and books to the newest segment and begins the next one. Invariant: a file that failed once, in
/// writing or in flushing, is never written again. What it was for goes to a new segment that begins at the same
/// position, and with that the old file's tail is dead: a segment ends where the next one begins. Belongs to the
/// writer's thread.
/// </summary>
internal sealed class SegmentWriter(
    IJournalStorage storage,
    JournalOptions options,
    TimeProvider time,
    SegmentList segments,
    SpaceReserve reserve,
    Guid journal,
    long lastOrdinal) : IDisposable
{
    // Small enough for the flush that carries it along to stay a short one.
    private const int RoomBytes = 1 << 20;
    private static readonly byte[] Zeros = new byte[64 << 10];

    private readonly uint _seed = SegmentHeader.Seed(journal);
    private byte[] _definitions = new byte[256];
    private OpenSegment? _open;
    private long _lastOrdinal = lastOrdinal;
    private (long First, int Attempt) _lastBegun = (-1, 0);

    /// <summary>How many fsyncs succeeded.</summary>
    public long Fsyncs { get; private set; }

    /// <summary>Goes on in a segment that a start found in order.</summary>
    public void Resume(Segment segment, IJournalFile file, IReadOnlyDictionary<uint, string> defined)
    {
        _open = new OpenSegment(segment, file) { IsPublished = true, HasRecords = true };
        foreach (var (id, name) in defined)
        {
            _open.Defined.Add(id, name);
        }
    }

    /// <summary>Makes books and a group durable, in the newest segment or in a new one. Books alone may use the
    /// reserved space.</summary>
    /// <returns>The segment they lie in.</returns>
    /// <exception cref="IOException">They are not durable; the next call uses another file.</exception>
    public Segment Store(RecordBuilder? books, AppendGroup? group, long first)
    {
        try
        {
            return Store(books, group, first, mayUseReserve: false);
        }
        catch (IOException e) when (group is null && DiskFull.Is(e) && reserve.IsReady)
        {
            return Store(books, group, first, mayUseReserve: true);
        }
    }

    /// <summary>Begins a new, empty segment at <paramref name="first"/>, so that the one before may be
    /// deleted.</summary>
    /// <exception cref="IOException">It was not begun.</exception>
    public void Roll(long first)
    {
        var next = Begin(first, mayUseReserve: false);
        try
        {
            Publish(next, next.Length);
        }
        catch
        {
            Discard(next);
            throw;
        }

        Succeed(next, first);
    }

    public void Dispose()
    {
        if (_open is { } open)
        {
            TryCut(open, open.Length);
        }

        _open?.Dispose();
    }

    private Segment Store(RecordBuilder? books, AppendGroup? group, long first, bool mayUseReserve)
    {
        if (_open is { } open && HasRoom(open, books, group))
        {
            try
            {
                Write(open, books, group, first);
            }
            catch
            {
                _open = null;
                open.Dispose();
                throw;
            }

            return open.Segment;
        }

        var next = Begin(first, mayUseReserve);
        try
        {
            Write(next, books, group, first);
        }
        catch
        {
            Discard(next);
            throw;
        }

        Succeed(next, first);
        return next.Segment;
    }

    private void Write(OpenSegment open, RecordBuilder? books, AppendGroup? group, long first)
    {
        MakeRoom(open, ReservedForDefinitions(books) + (books?.Length ?? 0) + (group?.Length ?? 0));
        var length = WriteDefinitions(open, books, group, first);
        if (books?.Length > 0)
        {
            open.File.Write(books.Records, length);
            length += books.Length;
        }

        var at = length;
        if (group is not null)
        {
            open.File.Write(group.Records, length);
            length += group.Length;
        }

        Publish(open, length);
        Mark(open, group, at);
        Define(open, books?.Sources);
        Define(open, group?.Sources);
    }

    /// <summary>Writes zeros ahead of many small groups. What overwrites them changes neither the file's length nor
    /// where it lies on disk, so a flush need not wait for the file system to write these down.</summary>
    private void MakeRoom(OpenSegment open, long bytes)
    {
        var needed = open.Length + bytes;
        if (open.ReservedBytes > 0 || needed <= open.MadeBytes || bytes > RoomBytes / 4)
        {
            return;
        }

        var wanted = Math.Max(needed, Math.Min(needed + RoomBytes, options.SegmentBytes));
        try
        {
            for (var at = Math.Max(open.Length, open.MadeBytes); at < wanted; at += Zeros.Length)
            {
                open.File.Write(Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, wanted - at)), at);
            }

            open.MadeBytes = wanted;
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            // It is only about the time that flushes take; a disk that has no space says so when it is written to.
            open.MadeBytes = long.MaxValue;
        }
    }

    private bool HasRoom(OpenSegment open, RecordBuilder? books, AppendGroup? group)
    {
        var needed = open.Length + (books?.Length ?? 0) + (group?.Length ?? 0);
        return (group is null || open.TakesData)
            && (open.ReservedBytes > 0
                ? needed + ReservedForDefinitions(books) <= open.ReservedBytes
                : !open.HasRecords || needed <= options.SegmentBytes);
    }

    private static long ReservedForDefinitions(RecordBuilder? books)
        => (books?.Sources.Count ?? 0) * (RecordHeader.Size + JournalLimits.MaxNameBytes);

    /// <summary>Makes the file of the next segment. The newest one stays the newest until what the next one is for is
    /// durable there: should the disk refuse, it takes books all the same.</summary>
    private OpenSegment Begin(long first, bool mayUseReserve)
    {
        // The file of a next one may come to stay even where its writing and deleting fail, and data behind its first
        // position would then be none.
        _open?.TakesData = false;
        var newest = segments.Newest;
        var attempt = newest?.First == first ? newest.Attempt + 1 : 0;
        attempt = _lastBegun.First == first ? Math.Max(attempt, _lastBegun.Attempt + 1) : attempt;
        _lastBegun = (first, attempt);
        var name = JournalFileNames.Segment(first, attempt);
        var header = new SegmentHeader(journal, first, time.GetUtcNow().UtcTicks, _lastOrdinal + 1);
        var begun = new OpenSegment(
            new Segment(name, header, attempt, SegmentHeader.Size) { Marks = new SegmentMarks() },
            mayUseReserve ? reserve.Take(name) : storage.Create(name))
        {
            ReservedBytes = mayUseReserve ? reserve.Bytes : 0,
            TakesData = !mayUseReserve,
        };
        try
        {
            Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
            header.Write(bytes);
            begun.File.Write(bytes, 0);
        }
        catch
        {
            Discard(begun);
            throw;
        }

        return begun;
    }

    private void Succeed(OpenSegment next, long first)
    {
        if (_open is { } last)
        {
            Seal(last, first);
            last.Dispose();
        }

        _open = next;
    }

    /// <summary>Ends a segment with its seal. Without one it is read from its begin, so a failure costs time
    /// only.</summary>
    private void Seal(OpenSegment open, long end)
    {
        if (open.Segment.Marks is not { } marks)
        {
            return;
        }

        var seal = marks.ToSeal(end, [.. open.Defined.Select(static d => (d.Key, d.Value))])
            .Encode(time.GetUtcNow().UtcTicks, _seed);
        try
        {
            open.File.Write(seal, open.Length);
            TryCut(open, open.Length + seal.Length);
            open.File.Sync();
            Fsyncs++;
            open.Segment.Length = open.Length + seal.Length;
            open.Segment.Marks = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The marks stay in memory in its place.
        }
    }

    private long WriteDefinitions(OpenSegment open, RecordBuilder? books, AppendGroup? group, long first)
    {
        var written = 0;
        Add(books?.Sources);
        Add(group?.Sources);
        if (written > 0)
        {
            // Durable before any record that needs them is written: a power cut may keep a later write and lose an
            // earlier one, and the record would come back as nobody's.
            open.File.Write(_definitions.AsSpan(0, written), open.Length);
            open.File.Sync();
            Fsyncs++;
        }

        return open.Length + written;

        void Add(List<JournalSource>? sources)
        {
            for (var i = 0; i < sources?.Count; i++)
            {
                // A source that books and group share is defined twice, which does no harm.
                if (!open.Defined.ContainsKey(sources[i].Id))
                {
                    written = AddDefinition(sources[i], written, first);
                }
            }
        }
    }

    private int AddDefinition(JournalSource source, int written, long first)
    {
        var needed = written + RecordHeader.Size + Encoding.UTF8.GetByteCount(source.Name);
        if (needed > _definitions.Length)
        {
            Array.Resize(ref _definitions, 2 * needed);
        }

        var record = _definitions.AsSpan(written, needed - written);
        var length = Encoding.UTF8.GetBytes(source.Name, record[RecordHeader.Size..]);
        var header = new RecordHeader(RecordType.Source, 0, source.Id, time.GetUtcNow().UtcTicks, first, 0, length, 0);
        RecordHeader.Write(record, header, _seed);
        return needed;
    }

    private void Publish(OpenSegment open, long length)
    {
        open.File.Sync();
        Fsyncs++;
        open.Segment.Length = length;
        if (!open.IsPublished)
        {
            // The content is durable before the name is: a segment that can be seen after a crash has its header.
            storage.SyncFolder();
            Fsyncs++;
            segments.Add(open.Segment);
            open.IsPublished = true;
            _lastOrdinal = open.Segment.Ordinal;
        }

        open.Length = length;
    }

    private static void Mark(OpenSegment open, AppendGroup? group, long at)
    {
        open.HasRecords = true;
        if (group is null || open.Segment.Marks is not { } marks)
        {
            return;
        }

        foreach (var mark in group.Marks)
        {
            marks.Pass(mark.TicksBefore);
            marks.Add(mark.Position, at + mark.Offset);
        }

        marks.Pass(group.LastTicks);
    }

    private static void Define(OpenSegment open, List<JournalSource>? sources)
    {
        for (var i = 0; i < sources?.Count; i++)
        {
            _ = open.Defined.TryAdd(sources[i].Id, sources[i].Name);
        }
    }

    private void Discard(OpenSegment failed)
    {
        failed.Dispose();
        try
        {
            storage.Delete(failed.Segment.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing acknowledged is in it. If it stays, the next start sees a segment that the next attempt, with
            // the same first position and a higher number, has taken the place of.
        }
    }

    private static void TryCut(OpenSegment open, long length)
    {
        try
        {
            if (open.File.Length > length)
            {
                open.File.SetLength(length);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Zeros behind the last record are no damage; they only take space.
        }
    }
}
