using System.Text;
using Meridian.Journal.Faults;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Recovery;

/// <summary>
/// Opens a folder: finds the id, the segments and the cursors, cuts what a crash left at the end. Damage is reported
/// and
/// passed; only a newer version, and a disk that does not answer, stop it.
/// </summary>
internal sealed class JournalRecovery(IJournalStorage storage, TimeProvider time)
{
    private readonly SourceTable _sources = new();
    private readonly HashSet<uint> _defined = [];
    private RecoveryReport _report = new();
    private IJournalFile? _newestFile;

    public RecoveredJournal Run(CancellationToken ct)
    {
        var names = storage.List();
        var found = ReadHeaders(names);
        var id = FindIdentity(names, found);
        var cursors = ReadCursors(names, id, found.Count > 0);
        var seed = SegmentHeader.Seed(id);
        var segments = new List<Segment>();
        foreach (var segment in found)
        {
            ct.ThrowIfCancellationRequested();
            if (segment.Header is { } header && header.Journal != id)
            {
                _report = _report with { ForeignFiles = _report.ForeignFiles + 1 };
                continue;
            }

            var isHeaderBad = segment.Header is null || segment.Header.Value.First != segment.First;
            _report = isHeaderBad ? _report with { DamagedHeaders = _report.DamagedHeaders + 1 } : _report;
            segments.Add(new Segment(
                segment.Name, segment.First, segment.Attempt, segment.Length, usesOwnIds: false));
        }

        var end = RecoverNewest(segments, found, seed);
        var committed = cursors.Cursors.Select(static c => c.Committed).DefaultIfEmpty(0).Max();
        _report = _report with { Segments = segments.Count, MissingData = Math.Max(0, committed - end) };
        var start = segments.Count > 0 ? segments[0].First : Math.Max(end, committed);
        return new RecoveredJournal
        {
            Id = id,
            Report = _report,
            Segments = segments,
            Sources = _sources,
            NewestFile = _newestFile,
            Defined = _defined,
            End = Math.Max(end, committed),
            Cursors = cursors with
            {
                Cursors = [.. cursors.Cursors.Select(c => c with { Committed = Math.Max(c.Committed, start) })],
            },
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
            ThrowIfNewer(name, SegmentHeader.ReadVersion(bytes[..read]));
            SegmentHeader? header = SegmentHeader.TryRead(bytes[..read], out var good) ? good : null;
            found.Add(new FoundSegment(name, first, attempt, file.Length, header));
        }

        return found;
    }

    private Guid FindIdentity(IReadOnlyList<string> names, List<FoundSegment> segments)
    {
        if (names.Contains(JournalFileNames.Identity, StringComparer.Ordinal))
        {
            var bytes = ReadAll(JournalFileNames.Identity);
            var stored = IdentityFile.Decode(bytes, out var version);
            ThrowIfNewer(JournalFileNames.Identity, version);
            if (stored is { } id)
            {
                return id;
            }
        }

        // The newest good header decides: an older one could have been copied here from elsewhere.
        var header = segments.LastOrDefault(static s => s.Header is not null)?.Header;
        _report = _report with { IsNew = segments.Count == 0, IdentityRestored = segments.Count > 0 };

        // Random, and beginning with the time, which is pleasant to see in a list of journals.
        var made = header?.Journal ?? Guid.CreateVersion7(time.GetUtcNow());
        WriteIdentity(names, made);
        return made;
    }

    private void WriteIdentity(IReadOnlyList<string> names, Guid id)
    {
        if (names.Contains(JournalFileNames.NewIdentity, StringComparer.Ordinal))
        {
            storage.Delete(JournalFileNames.NewIdentity);
        }

        using (var file = storage.Create(JournalFileNames.NewIdentity))
        {
            file.Write(IdentityFile.Encode(id), 0);
            file.Sync();
        }

        storage.Rename(JournalFileNames.NewIdentity, JournalFileNames.Identity);
        storage.SyncFolder();
    }

    private CursorSlot ReadCursors(IReadOnlyList<string> names, Guid id, bool hasSegments)
    {
        CursorSlot? newest = null;
        var exists = false;
        foreach (var name in JournalFileNames.CursorSlots.Where(n => names.Contains(n, StringComparer.Ordinal)))
        {
            exists = true;
            var slot = CursorSlot.Decode(ReadAll(name), out var version);
            ThrowIfNewer(name, version);
            if (slot is not null && slot.Journal == id && slot.Sequence > (newest?.Sequence ?? 0))
            {
                newest = slot;
            }
        }

        // A slot that was torn while the very first cursor was stored is no loss, but cannot be told from one.
        _report = _report with { CursorsLost = newest is null && exists && hasSegments };
        return newest ?? new CursorSlot(id, 0, []);
    }

    private long RecoverNewest(List<Segment> segments, List<FoundSegment> found, uint seed)
    {
        while (segments.Count > 0)
        {
            var newest = segments[^1];
            var header = found.Single(f => string.Equals(f.Name, newest.Name, StringComparison.Ordinal)).Header;
            var hasHeader = header?.First == newest.First;
            var file = storage.Open(newest.Name, writable: true);
            var end = Scan(newest, file, seed, out var records);
            if (hasHeader || records > 0)
            {
                CutTail(newest, file);
                segments[^1] = new Segment(
                    newest.Name, newest.First, newest.Attempt, newest.Length, usesOwnIds: hasHeader);
                _newestFile = hasHeader ? file : null;
                DisposeUnless(hasHeader, file);
                return end;
            }

            // A segment that a crash left while it was being begun: nothing in it was acknowledged.
            file.Dispose();
            SetAside(newest);
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
        var areOwnIds = true;
        using var window = new RecordWindow(file, seed, good, ownsFile: false);
        while (window.Next(segment.Length, mayMove: true, out var header, out var at) == RecordStep.Record)
        {
            records++;
            good = window.Offset;
            end = Math.Max(end, header.End);
            _report = _report with { DamagedPlaces = window.DamagedPlaces, DamagedBytes = window.DamagedBytes };
            if (header.Type == RecordType.Source)
            {
                var name = Encoding.UTF8.GetString(
                    window.Lend(at + RecordHeader.Size, header.PayloadLength).Span);
                areOwnIds &= name.Length > 0 && _sources.TryTakeOver(header.Source, name);
                _ = _defined.Add(header.Source);
            }
        }

        if (!areOwnIds)
        {
            // One id with two names: the definitions after this start come anew, and the last one counts.
            _defined.Clear();
        }

        _report = _report with { TornBytes = _report.TornBytes + Math.Max(0, segment.Length - good) };
        segment.Length = Math.Min(good, Math.Max(segment.Length, SegmentHeader.Size));
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

    private void SetAside(Segment segment)
    {
        if (segment.Length <= SegmentHeader.Size)
        {
            storage.Delete(segment.Name);
        }
        else
        {
            storage.Rename(segment.Name, segment.Name + JournalFileNames.SetAsideSuffix);
        }

        storage.SyncFolder();
    }

    private byte[] ReadAll(string name)
    {
        using var file = storage.Open(name, writable: false);
        var bytes = new byte[Math.Min(file.Length, CursorSlot.MaxBytes)];
        var read = file.Read(bytes, 0);
        return bytes[..read];
    }

    private static void ThrowIfNewer(string name, uint version)
    {
        if (version > SegmentHeader.Version)
        {
            throw new JournalUnsupportedVersionException(name, version, SegmentHeader.Version);
        }
    }

    private static void DisposeUnless(bool isKept, IJournalFile file)
    {
        if (!isKept)
        {
            file.Dispose();
        }
    }

    private sealed record FoundSegment(string Name, long First, int Attempt, long Length, SegmentHeader? Header);
}
