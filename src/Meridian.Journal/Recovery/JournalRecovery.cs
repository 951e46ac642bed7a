using System.Text;
using Meridian.Journal.Faults;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Recovery;

/// <summary>
/// Opens a folder: finds the id, the segments and the books, cuts what a crash left at the end. Damage is reported and
/// passed; only a newer version, and a disk that does not answer, stop it. Reads the headers, the index and what the
/// log holds since: the newest segment, or one more.
/// </summary>
internal sealed partial class JournalRecovery(IJournalStorage storage, TimeProvider time)
{
    private readonly SourceTable _sources = new();
    private readonly Dictionary<uint, string> _defined = [];
    private readonly List<JournalGap> _gaps = [];
    private RecoveryReport _report = new();
    private IJournalFile? _newestFile;
    private ulong _indexSequence;
    private int _slots;
    private JournalIdentity? _identity;
    private Replay _replay = null!;

    public RecoveredJournal Run(CancellationToken ct)
    {
        var names = storage.List();
        var found = ReadHeaders(names);
        var id = FindLog(names, found);
        var index = ReadIndex(names, id);
        var segments = MakeSegments(found, id);
        _replay = new Replay(_sources, SegmentHeader.Seed(id));
        Begin(index, names, id);
        ReplayFinished(segments, index, ct);
        var end = RecoverNewest(segments, found, SegmentHeader.Seed(id), index);
        SetDamageAside();
        var known = Math.Max(index?.End ?? 0, _replay.Cursors.Select(static c => c.Committed).DefaultIfEmpty(0).Max());
        if (known > end)
        {
            _gaps.Add(new JournalGap(new JournalPosition(end), new JournalPosition(known)));
            end = known;
        }

        var start = segments.Count > 0 ? segments[0].First : end;
        var cursors = MoveToStart(start);
        _report = _report with
        {
            Segments = segments.Count,
            Gaps = _gaps,
            CursorsLost = _report.IndexRebuilt && (_report.DamagedPlaces > 0 || _report.DamagedHeaders > 0
                || _report.TornBytes > 0 || _gaps.Count > 0 || (_replay.Cursors.Count == 0 && HasSlots(names))),
        };

        // The index is a little older than the log: it may tell of files whose segments have gone since.
        _ = _replay.Files.Remove(segments.Count > 0 ? segments[0].Ordinal - 1 : long.MaxValue);
        _report = _report with { OrphanFiles = RemoveOrphans() };
        return new RecoveredJournal
        {
            Identity = SettleIdentity(id),
            Report = _report,
            Segments = segments,
            Sources = _sources,
            NewestFile = _newestFile,
            Defined = _defined,
            End = end,
            LastOrdinal = Math.Max(index?.Ordinal ?? 0, segments.Select(static s => s.Ordinal).DefaultIfEmpty(0).Max()),
            IndexSequence = _indexSequence,
            Cursors = cursors,
            Checkpoints = _replay.Checkpoints,
            Files = _replay.Files,
        };
    }

    private List<FoundSegment> ReadHeaders(IReadOnlyList<string> names)
    {
        var found = new List<FoundSegment>();
        Span<byte> bytes = stackalloc byte[SegmentHeader.MaxFutureSize];
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (!JournalFileNames.TryParseSegment(name, out var first, out var attempt))
            {
                var isKnown = JournalFileNames.IsKnown(name);
                _report = isKnown ? _report : _report with { ForeignFiles = _report.ForeignFiles + 1 };
                continue;
            }

            using var file = storage.Open(name, writable: false);
            var read = file.Read(bytes, 0);
            ThrowIfNewer(name, SegmentHeader.ReadVersion(bytes[..read]), SegmentHeader.Version);
            SegmentHeader? header = SegmentHeader.TryRead(bytes[..read], out var good) ? good : null;
            found.Add(new FoundSegment(name, first, attempt, file.Length, header));
        }

        return found;
    }

    private List<Segment> MakeSegments(List<FoundSegment> found, Guid id)
    {
        var segments = new List<Segment>();
        foreach (var segment in found)
        {
            if (segment.Header is { } foreign && foreign.Journal != id)
            {
                _report = _report with { ForeignFiles = _report.ForeignFiles + 1 };
                continue;
            }

            // Without its header a segment is still read: its name tells the position, its neighbour the ordinal.
            var last = segments.Count > 0 ? segments[^1] : null;
            var header = segment.HasHeader ? segment.Header!.Value : new SegmentHeader(
                id, segment.First, last?.CreatedTicks ?? 0, last?.Ordinal > 0 ? last.Ordinal + 1 : 0);
            _report = segment.HasHeader ? _report : _report with { DamagedHeaders = _report.DamagedHeaders + 1 };
            segments.Add(new Segment(segment.Name, header, segment.Attempt, segment.Length));
            if (last is { Ordinal: > 0 } && header.Ordinal > last.Ordinal + 1)
            {
                NoteGap(last, header.First, SegmentHeader.Seed(id));
            }
        }

        return segments;
    }

    private void NoteGap(Segment before, long first, uint seed)
    {
        using var file = storage.Open(before.Name, writable: false);
        var end = SealRecord.TryLoad(file, before.Length, seed)?.End ?? EndOf(before, file, seed);
        if (end < first)
        {
            _gaps.Add(new JournalGap(new JournalPosition(end), new JournalPosition(first)));
        }
    }

    private static long EndOf(Segment segment, IJournalFile file, uint seed)
    {
        var end = segment.First;
        using var window = new RecordWindow(file, seed, SegmentHeader.Size, ownsFile: false);
        window.IsWanted = header =>
        {
            end = Math.Max(end, header.End);
            return false;
        };
        _ = window.Next(segment.Length, mayMove: true, out _, out _);
        return end;
    }

    private void Begin(IndexSlot? index, IReadOnlyList<string> names, Guid id)
    {
        if (index is not null)
        {
            _replay.Begin(index);
        }
        else
        {
            _replay.Begin(ReadVersion1Cursors(names, id));
        }
    }

    private void ReplayFinished(List<Segment> segments, IndexSlot? index, CancellationToken ct)
    {
        // The only slot of a journal that has all its segments yet: a crash while it was written for the first time.
        var isYoung = segments.Count == 0 || segments[0].Ordinal == 1;
        _report = _report with { IndexRebuilt = index is null && segments.Count > 0 && (!isYoung || _slots > 1) };
        for (var i = 0; i + 1 < segments.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            if (segments[i].Ordinal > 0 && segments[i].Ordinal >= (index?.Ordinal ?? 0))
            {
                using var file = storage.Open(segments[i].Name, writable: false);
                _replay.Read(segments[i], file, segments[i + 1].First);
            }
        }
    }

    private List<StoredCursor> MoveToStart(long start)
    {
        var cursors = new List<StoredCursor>();
        var least = long.MaxValue;
        foreach (var cursor in _replay.Cursors)
        {
            var isBehind = !cursor.IsRemoved && cursor.Committed < start;
            least = isBehind ? Math.Min(least, cursor.Committed) : least;
            cursors.Add(isBehind ? cursor with { Committed = start, Ordinal = 0 } : cursor);
        }

        if (least < start)
        {
            _gaps.Insert(0, new JournalGap(new JournalPosition(least), new JournalPosition(start)));
        }

        return cursors;
    }

    private long RecoverNewest(List<Segment> segments, List<FoundSegment> found, uint seed, IndexSlot? index)
    {
        while (segments.Count > 0)
        {
            var newest = segments[^1];
            var hasHeader = found.Single(f => string.Equals(f.Name, newest.Name, StringComparison.Ordinal)).HasHeader;
            var file = storage.Open(newest.Name, writable: true);
            var end = Scan(newest, file, seed, out var records);
            if (hasHeader || records > 0)
            {
                CutTail(newest, file);

                // Writing goes on only where all is as this version would have left it.
                var isKept = hasHeader && newest.Ordinal > 0;
                _newestFile = isKept ? file : null;
                DisposeUnless(isKept, file);
                return end;
            }

            var isJustBegun = IsJustBegun(newest, file, seed, isFirst: segments.Count == 1, index);
            file.Dispose();
            Remove(newest, isJustBegun);
            segments.RemoveAt(segments.Count - 1);
            _defined.Clear();
        }

        return 0;
    }

    private long Scan(Segment segment, IJournalFile file, uint seed, out long records)
    {
        var end = segment.First;
        records = 0;
        var good = (long)SegmentHeader.Size;
        var marks = new SegmentMarks();
        var areOwnIds = true;
        var definitions = new SegmentDefinitions(_sources);
        using var window = new RecordWindow(file, seed, good, ownsFile: false);
        while (window.Next(segment.Length, mayMove: true, out var header, out var at) == RecordStep.Record)
        {
            records++;
            marks.Add(end, good);
            marks.Pass(header.Type == RecordType.Content ? header.Ticks : 0);
            good = window.Offset;
            end = Math.Max(end, header.End);
            var payload = window.Lend(at + RecordHeader.Size, header.PayloadLength).Span;
            if (header.Type == RecordType.Source)
            {
                var name = Encoding.UTF8.GetString(payload);
                areOwnIds &= name.Length > 0 && _sources.TryTakeOver(header.Source, name);
                _defined[header.Source] = name;
                definitions.Learn(header.Source, payload);
            }
            else
            {
                areOwnIds &= header.Type != RecordType.Content || _defined.ContainsKey(header.Source);
                _replay.Take(header, payload, definitions, segment.Ordinal);
            }
        }

        _sources.Reserve(_defined.Keys.DefaultIfEmpty(0u).Max());
        if (areOwnIds)
        {
            segment.Marks = marks;
        }
        else
        {
            // One id with two names, or a name that is lost: definitions come anew and the segment is read from its
            // begin.
            _defined.Clear();
        }

        _replay.Damage.AddRange(window.Damage.Select(range => (segment.Name, range)));
        _report = _report with { TornBytes = _report.TornBytes + window.EndOfWritten(segment.Length) - window.Offset };

        // A damaged record at the very end stays where it is: what is cut cannot be set aside.
        var kept = window.Damage is [.., var last] ? Math.Max(good, last.Offset + last.Length) : good;
        segment.Length = Math.Min(kept, Math.Max(segment.Length, SegmentHeader.Size));
        return end;
    }

    private static void CutTail(Segment segment, IJournalFile file)
    {
        if (file.Length > segment.Length)
        {
            file.SetLength(segment.Length);
        }

        // What a killed process wrote and did not flush was read from the system's memory just now; it is given to
        // readers from here on, so it must be on disk first.
        file.Sync();
    }

    /// <summary>Whether a segment in which nothing can be read is one that a crash left while it was being begun: then
    /// nothing in it was acknowledged. The index is written as soon as there is something in it.</summary>
    private bool IsJustBegun(Segment segment, IJournalFile file, uint seed, bool isFirst, IndexSlot? index)
    {
        if (index is null ? _slots > 0 || !isFirst : index.Ordinal >= segment.Ordinal)
        {
            return false;
        }

        // Behind the header, which may be half written, there is nothing or what the reserve had.
        using var window = new RecordWindow(file, seed, SegmentHeader.Size, ownsFile: false);
        return file.Length <= SegmentHeader.Size || window.IsBlank(file.Length);
    }

    private void Remove(Segment segment, bool isJustBegun)
    {
        if (isJustBegun)
        {
            _report = _report with { DamagedHeaders = _report.DamagedHeaders - 1 };
            storage.Delete(segment.Name);
        }
        else
        {
            new DamagedFolder(storage).Move(segment.Name);
        }

        storage.SyncFolder();
    }

    private static void ThrowIfNewer(string name, uint version, uint known)
    {
        if (version > known)
        {
            throw new JournalUnsupportedVersionException(name, version, known);
        }
    }

    private static void DisposeUnless(bool isKept, IJournalFile file)
    {
        if (!isKept)
        {
            file.Dispose();
        }
    }
}
