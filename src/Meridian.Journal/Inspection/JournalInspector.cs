using Meridian.Journal.Faults;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Inspection;

/// <summary>Looks into a journal folder without locking or changing it; the journal may be open in another
/// process.</summary>
public static class JournalInspector
{
    /// <summary>Reads all of a journal and tells what is in it.</summary>
    /// <param name="folder">The folder of the journal.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What was found. Of an open journal it is what lay there while reading.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="JournalUnsupportedVersionException">A newer program wrote it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Task<JournalInspection> InspectAsync(string folder, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);

        // Leaves the caller's thread: this reads every byte of the journal.
        return Task.Run(() => new InspectorRun(new FileJournalStorage(folder)).Run(ct), ct);
    }
}

/// <summary>One look into a folder.</summary>
internal sealed class InspectorRun(IJournalStorage storage)
{
    private readonly Dictionary<string, SourceInspection> _sources = new(StringComparer.Ordinal);
    private readonly List<SegmentInspection> _segments = [];
    private Guid? _id;

    public JournalInspection Run(CancellationToken ct)
    {
        var names = storage.List().Order(StringComparer.Ordinal).ToList();
        _id = ReadIdentity(names);
        var segments = names
            .Select(static name => JournalFileNames.TryParseSegment(name, out var first, out _)
                ? (Name: name, First: first) : (Name: name, First: -1))
            .Where(static s => s.First >= 0).ToList();
        for (var i = 0; i < segments.Count; i++)
        {
            var limit = i + 1 < segments.Count ? segments[i + 1].First : long.MaxValue;
            Read(segments[i].Name, segments[i].First, limit, ct);
        }

        var start = new JournalPosition(_segments.Count > 0 ? _segments[0].First.Value : 0);
        var end = new JournalPosition(_segments.Count > 0 ? _segments.Max(static s => s.End.Value) : 0);
        return new JournalInspection(
            storage.Folder,
            _id,
            start,
            end,
            _segments,
            [.. _sources.Values.OrderBy(static s => s.Name, StringComparer.Ordinal)],
            ReadCursors(names, end));
    }

    private void Read(string name, long first, long limit, CancellationToken ct)
    {
        IJournalFile file;
        try
        {
            file = storage.Open(name, writable: false);
        }
        catch (FileNotFoundException)
        {
            // An open journal deleted it meanwhile; what it held was delivered.
            return;
        }

        Span<byte> bytes = stackalloc byte[SegmentHeader.MaxFutureSize];
        var read = file.Read(bytes, 0);
        ThrowIfNewer(name, SegmentHeader.ReadVersion(bytes[..read]));
        _id ??= SegmentHeader.TryRead(bytes[..read], out var good) ? good.Journal : null;
        var length = file.Length;
        using var window = new RecordWindow(file, SegmentHeader.Seed(_id ?? Guid.Empty), SegmentHeader.Size);
        var definitions = new SegmentDefinitions(new SourceTable());
        long end = first, records = 0;
        while (window.Next(length, mayMove: true, out var header, out var at) == RecordStep.Record
            && header.First < limit)
        {
            ct.ThrowIfCancellationRequested();
            if (header.Type == RecordType.Source)
            {
                definitions.Learn(header, window.Lend(at + RecordHeader.Size, header.PayloadLength).Span);
            }
            else if (header.Type == RecordType.Content)
            {
                records++;
                end = Math.Max(end, header.End);
                Count(definitions.Resolve(header.Source, isOwnId: false).Name, header);
            }
        }

        var tail = limit == long.MaxValue || end < limit ? Math.Max(0, length - window.Offset) : 0;
        _segments.Add(new SegmentInspection(
            name, new JournalPosition(first), new JournalPosition(end), length, records, window.DamagedBytes + tail));
    }

    private void Count(string name, in RecordHeader header)
    {
        var time = new DateTimeOffset(header.Ticks, TimeSpan.Zero);
        var source = _sources.GetValueOrDefault(name) ?? new SourceInspection(name, 0, 0, 0, time, time);
        _sources[name] = source with
        {
            Records = source.Records + 1,
            Data = source.Data + header.Count,
            Bytes = source.Bytes + header.PayloadLength,
            Oldest = time < source.Oldest ? time : source.Oldest,
            Newest = time > source.Newest ? time : source.Newest,
        };
    }

    private Guid? ReadIdentity(List<string> names)
    {
        if (!names.Contains(JournalFileNames.Identity))
        {
            return null;
        }

        var id = IdentityFile.Decode(ReadAll(JournalFileNames.Identity), out var version);
        ThrowIfNewer(JournalFileNames.Identity, version);
        return id;
    }

    private CursorInspection[] ReadCursors(List<string> names, JournalPosition end)
    {
        var slots = JournalFileNames.CursorSlots.Where(names.Contains)
            .Select(name => CursorSlot.Decode(ReadAll(name), out _))
            .Where(slot => slot is not null && slot.Journal == _id);
        var cursors = slots.MaxBy(static slot => slot!.Sequence)?.Cursors ?? [];
        return [.. cursors.OrderBy(static c => c.Name, StringComparer.Ordinal).Select(c => new CursorInspection(
            c.Name,
            new JournalPosition(c.Committed),
            Math.Max(0, end.Value - c.Committed),
            c.State.Length))];
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
}
