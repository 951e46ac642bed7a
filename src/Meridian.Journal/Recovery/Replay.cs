using Meridian.Journal.Books;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Recovery;

/// <summary>Reads the books out of the log, segment after segment in order: the last word on each key counts.</summary>
internal sealed class Replay(SourceTable sources, uint seed)
{
    private readonly Dictionary<string, StoredCursor> _cursors = new(StringComparer.Ordinal);

    /// <summary>The places of the cursors.</summary>
    public IReadOnlyCollection<StoredCursor> Cursors => _cursors.Values;

    public CheckpointTable Checkpoints { get; } = new();

    public FileTable Files { get; } = new();

    /// <summary>Damage that was met, with the file it is in.</summary>
    public List<(string Name, DamagedRange Range)> Damage { get; } = [];

    /// <summary>The books as an index slot tells them.</summary>
    public void Begin(IndexSlot index)
    {
        Begin(index.Cursors);
        foreach (var checkpoint in index.Checkpoints)
        {
            Checkpoints.Set(
                sources.Get(checkpoint.Source), checkpoint.Key, checkpoint.Value.Span, checkpoint.Ordinal);
        }

        foreach (var file in index.Files)
        {
            Files.Set(file);
        }
    }

    /// <summary>The places of cursors as version 1 kept them.</summary>
    public void Begin(IEnumerable<StoredCursor> cursors)
    {
        foreach (var cursor in cursors)
        {
            _cursors[cursor.Name] = cursor;
        }
    }

    /// <summary>Reads the books of a finished segment; content without attachments is passed unread.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="file">Its file.</param>
    /// <param name="limit">Where the next segment begins.</param>
    public void Read(Segment segment, IJournalFile file, long limit)
    {
        var definitions = new SegmentDefinitions(sources);
        using var window = new RecordWindow(file, seed, SegmentHeader.Size, ownsFile: false);
        window.IsWanted = static header => header.Type != RecordType.Content || header.HasAttachments;
        while (window.Next(segment.Length, mayMove: true, out var header, out var at) == RecordStep.Record)
        {
            var payload = window.Lend(at + RecordHeader.Size, header.PayloadLength).Span;
            if (header.Type == RecordType.Source)
            {
                definitions.Learn(header.Source, payload);
            }
            else if (header.Type != RecordType.Content || header.First < limit)
            {
                Take(header, payload, definitions, segment.Ordinal);
            }
        }

        Damage.AddRange(window.Damage.Select(range => (segment.Name, range)));
    }

    /// <summary>Takes one record into the books.</summary>
    public void Take(
        in RecordHeader header, ReadOnlySpan<byte> payload, SegmentDefinitions definitions, long ordinal)
    {
        if (header.Type == RecordType.Commit)
        {
            while (CommitRecord.TryRead(ref payload, out var cursor))
            {
                _cursors[cursor.Name] = cursor with { Ordinal = ordinal };
            }
        }
        else if (header is { HasAttachments: true, Type: RecordType.Content or RecordType.Checkpoint })
        {
            var source = definitions.Resolve(header.Source, isOwnId: false);
            Attachments.Read(
                payload,
                (key, value) => Checkpoints.Set(source, key, value, ordinal),
                file => Files.Set(new StoredFile(ordinal, file.Length, file.Id)));
        }
    }
}
