using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Format;
using Meridian.Journal.Recovery;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Inspection;

/// <summary>One look into a folder: walks every record of every segment, the books among them.</summary>
internal sealed class InspectorRun(IJournalStorage storage, Action<JournalRecord>? onRecord)
{
    private readonly Dictionary<string, SourceInspection> _sources = new(StringComparer.Ordinal);
    private readonly List<SegmentInspection> _segments = [];
    private readonly List<string> _problems = [];
    private readonly SourceTable _names = new();
    private Replay _replay = null!;
    private Guid _log;

    public JournalInspection Run(CancellationToken ct)
    {
        var names = storage.List().Order(StringComparer.Ordinal).ToList();
        var found = names
            .Select(static name => JournalFileNames.TryParseSegment(name, out var first, out _)
                ? (Name: name, First: first) : (Name: name, First: -1))
            .Where(static s => s.First >= 0).ToList();
        var identity = ReadIdentity(names);
        _log = identity?.Log
            ?? found.Select(f => ReadHeader(f.Name)?.Journal).LastOrDefault(static i => i is not null)
            ?? Guid.Empty;
        _replay = new Replay(_names, SegmentHeader.Seed(_log));
        BeginBooks(names);
        long ordinal = 0;
        for (var i = 0; i < found.Count; i++)
        {
            var limit = i + 1 < found.Count ? found[i + 1].First : long.MaxValue;
            ordinal = Read(found[i].Name, found[i].First, limit, ordinal, ct);
        }

        var copy = ReadCopyOfIdentity();
        if (identity is null && found.Count > 0)
        {
            _problems.Add($"{JournalFileNames.Identity}: missing or damaged; the next start makes it anew.");
        }

        var start = new JournalPosition(_segments.Count > 0 ? _segments[0].First.Value : 0);
        var end = new JournalPosition(_segments.Count > 0 ? _segments.Max(static s => s.End.Value) : 0);
        return new JournalInspection(
            storage.Folder,
            (identity ?? copy)?.Id ?? (_log == Guid.Empty ? null : _log),
            identity?.Former ?? copy?.Former ?? [],
            start,
            end,
            _segments,
            [.. _sources.Values.OrderBy(static s => s.Name, StringComparer.Ordinal)],
            MakeCursors(end),
            _replay.Checkpoints.Count - (copy is null ? 0 : 1),
            storage.List(JournalFileNames.Files).Count,
            storage.List(DamagedFolder.Name).Count,
            _problems);
    }

    private long Read(string name, long first, long limit, long lastOrdinal, CancellationToken ct)
    {
        IJournalFile file;
        try
        {
            file = storage.Open(name, writable: false);
        }
        catch (FileNotFoundException)
        {
            // An open journal deleted it meanwhile; what it held was delivered.
            return lastOrdinal;
        }

        var header = ReadHeader(name);
        if (header is null || header.Value.First != first)
        {
            _problems.Add($"{name}: the header is damaged.");
        }
        else if (header.Value.Ordinal > lastOrdinal + 1 && lastOrdinal > 0)
        {
            _problems.Add($"{name}: {header.Value.Ordinal - lastOrdinal - 1} segments before it are missing.");
        }

        var ordinal = header?.Ordinal ?? (lastOrdinal > 0 ? lastOrdinal + 1 : 0);
        Walk(new Segment(name, new SegmentHeader(_log, first, 0, ordinal), 0, file.Length), file, limit, ct);
        return ordinal;
    }

    private void Walk(Segment segment, IJournalFile file, long limit, CancellationToken ct)
    {
        using var window = new RecordWindow(file, SegmentHeader.Seed(_log), SegmentHeader.Size);
        var definitions = new SegmentDefinitions(_names);
        long end = segment.First, records = 0;
        var isDead = false;
        while (window.Next(segment.Length, mayMove: true, out var header, out var at) == RecordStep.Record)
        {
            ct.ThrowIfCancellationRequested();
            var payload = window.Lend(at + RecordHeader.Size, header.PayloadLength);
            isDead |= header.Type == RecordType.Content && header.First >= limit;
            if (isDead)
            {
                continue;
            }

            if (header.Type == RecordType.Source)
            {
                definitions.Learn(header.Source, payload.Span);
            }
            else
            {
                _replay.Take(header, payload.Span, definitions, segment.Ordinal);
            }

            if (header.Type == RecordType.Content)
            {
                records++;
                end = Math.Max(end, header.End);
                Tell(definitions.Resolve(header.Source, isOwnId: false), header, payload);
            }
        }

        foreach (var range in window.Damage)
        {
            _problems.Add($"{segment.Name}: {range.Length} damaged bytes at {range.Offset}.");
        }

        var tail = isDead ? 0 : window.EndOfWritten(segment.Length) - window.Offset;
        if (tail > 0)
        {
            _problems.Add($"{segment.Name}: {tail} bytes at its end are no record"
                + (limit == long.MaxValue ? "; the next start cuts them." : "."));
        }

        _segments.Add(new SegmentInspection(
            segment.Name,
            new JournalPosition(segment.First),
            new JournalPosition(end),
            segment.Length,
            records,
            window.Damage.Sum(static d => d.Length) + tail));
    }

    private void Tell(JournalSource from, in RecordHeader header, ReadOnlyMemory<byte> payload)
    {
        var time = new DateTimeOffset(header.Ticks, TimeSpan.Zero);
        var attached = header.HasAttachments ? Attachments.LengthOf(payload.Span) : 0;
        var source = _sources.GetValueOrDefault(from.Name) ?? new SourceInspection(from.Name, 0, 0, 0, time, time);
        _sources[from.Name] = source with
        {
            Records = source.Records + 1,
            Data = source.Data + header.Count,
            Bytes = source.Bytes + header.PayloadLength - attached,
            Oldest = time < source.Oldest ? time : source.Oldest,
            Newest = time > source.Newest ? time : source.Newest,
        };
        onRecord?.Invoke(new JournalRecord(
            new JournalPosition(header.First),
            header.Count,
            from,
            time,
            header.ContentType,
            payload[attached..],
            payload[..attached]));
    }

    private void BeginBooks(List<string> names)
    {
        // An open journal writes them meanwhile: one that cannot be read now is read from the log.
        var index = JournalFileNames.IndexSlots.Where(names.Contains)
            .Select(name => IndexSlot.Decode(ReadAll(name), out _))
            .Where(slot => slot?.Journal == _log)
            .MaxBy(static slot => slot!.Sequence);
        if (index is not null)
        {
            _replay.Begin(index);
            return;
        }

        var old = JournalFileNames.CursorSlots.Where(names.Contains)
            .Select(name => CursorSlot.Decode(ReadAll(name)))
            .Where(slot => slot?.Journal == _log)
            .MaxBy(static slot => slot!.Sequence);
        _replay.Begin(old?.Cursors ?? []);
    }

    private CursorInspection[] MakeCursors(JournalPosition end)
        => [.. _replay.Cursors.Where(static c => !c.IsRemoved).OrderBy(static c => c.Name, StringComparer.Ordinal)
            .Select(c => new CursorInspection(
                c.Name,
                new JournalPosition(c.Committed),
                Math.Max(0, end.Value - c.Committed),
                c.State.Length,
                c.Dropped))];

    private JournalIdentity? ReadIdentity(List<string> names)
    {
        if (!names.Contains(JournalFileNames.Identity))
        {
            return null;
        }

        var id = IdentityFile.Decode(ReadAll(JournalFileNames.Identity), out var version);
        ThrowIfNewer(JournalFileNames.Identity, version, IdentityFile.Version);
        return id;
    }

    /// <summary>What a renewal left in the log.</summary>
    private JournalIdentity? ReadCopyOfIdentity()
        => _replay.Checkpoints.TryGet(_names.Get(JournalIdentity.Source), JournalIdentity.Key, out var copy)
            ? IdentityFile.Decode(copy, out _) : null;

    private SegmentHeader? ReadHeader(string name)
    {
        try
        {
            using var file = storage.Open(name, writable: false);
            Span<byte> bytes = stackalloc byte[SegmentHeader.MaxFutureSize];
            var read = file.Read(bytes, 0);
            ThrowIfNewer(name, SegmentHeader.ReadVersion(bytes[..read]), SegmentHeader.Version);
            return SegmentHeader.TryRead(bytes[..read], out var good) ? good : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private byte[] ReadAll(string name)
    {
        using var file = storage.Open(name, writable: false);
        var bytes = new byte[Math.Min(file.Length, IndexSlot.MaxBytes)];
        var read = file.Read(bytes, 0);
        return bytes[..read];
    }

    private static void ThrowIfNewer(string name, uint version, uint known)
    {
        if (version > known)
        {
            throw new JournalUnsupportedVersionException(name, version, known);
        }
    }
}
