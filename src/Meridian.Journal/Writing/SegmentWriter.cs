using System.Text;
using Meridian.Journal.Appending;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Writing;

/// <summary>
/// Writes groups to the newest segment and begins the next one. Invariant: a file that failed once, in writing or in
/// flushing, is never written again. The group goes to a new segment that begins at the group's first position, and
/// with that the old file's tail is dead: a segment ends where the next one begins. Belongs to the writer's thread.
/// </summary>
internal sealed class SegmentWriter(
    IJournalStorage storage, JournalOptions options, TimeProvider time, SegmentList segments, Guid journal)
    : IDisposable
{
    private readonly uint _seed = SegmentHeader.Seed(journal);
    private readonly HashSet<uint> _defined = [];
    private byte[] _definitions = new byte[256];
    private IJournalFile? _file;
    private Segment? _segment;
    private long _length;
    private bool _isNew;
    private bool _hasData;
    private (long First, int Attempt) _lastBegun = (-1, 0);

    /// <summary>How many fsyncs succeeded.</summary>
    public long Fsyncs { get; private set; }

    /// <summary>Goes on in a segment that a start found in order.</summary>
    public void Resume(Segment segment, IJournalFile file, IEnumerable<uint> defined)
    {
        _segment = segment;
        _file = file;
        _length = segment.Length;
        _hasData = true;
        _defined.UnionWith(defined);
    }

    /// <summary>Makes a group durable, in the newest segment or in a new one.</summary>
    /// <exception cref="IOException">It is not durable; the next call uses another file.</exception>
    public void Store(AppendGroup group)
    {
        try
        {
            if (_file is null || (_hasData && _length + group.Length > options.SegmentBytes))
            {
                Begin(group.First);
            }

            var length = WriteDefinitions(group);
            var at = length;
            _file!.Write(group.Records, length);
            length += group.Length;
            Publish(length);
            _segment!.Index(group.First, at);
            _hasData = true;
            foreach (var source in group.Sources)
            {
                _ = _defined.Add(source.Id);
            }
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Begins a new, empty segment at <paramref name="first"/>, so that the one before may be
    /// deleted.</summary>
    /// <exception cref="IOException">It was not begun.</exception>
    public void Roll(long first)
    {
        try
        {
            Begin(first);
            Publish(_length);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Begin(long first)
    {
        _file?.Dispose();
        _file = null;
        _defined.Clear();
        var newest = segments.Newest;
        var attempt = newest?.First == first ? newest.Attempt + 1 : 0;
        attempt = _lastBegun.First == first ? Math.Max(attempt, _lastBegun.Attempt + 1) : attempt;
        _lastBegun = (first, attempt);
        var name = JournalFileNames.Segment(first, attempt);
        _file = storage.Create(name);
        _isNew = true;
        _hasData = false;
        _length = SegmentHeader.Size;
        _segment = new Segment(name, first, attempt, _length, usesOwnIds: true);
        Span<byte> header = stackalloc byte[SegmentHeader.Size];
        new SegmentHeader(journal, first, time.GetUtcNow().UtcTicks).Write(header);
        _file.Write(header, 0);
    }

    private long WriteDefinitions(AppendGroup group)
    {
        var written = 0;
        foreach (var source in group.Sources)
        {
            if (_defined.Contains(source.Id))
            {
                continue;
            }

            var needed = written + RecordHeader.Size + Encoding.UTF8.GetByteCount(source.Name);
            if (needed > _definitions.Length)
            {
                Array.Resize(ref _definitions, 2 * needed);
            }

            var record = _definitions.AsSpan(written, needed - written);
            var length = Encoding.UTF8.GetBytes(source.Name, record[RecordHeader.Size..]);
            var header = new RecordHeader(
                RecordType.Source, 0, source.Id, time.GetUtcNow().UtcTicks, group.First, 0, length, 0);
            RecordHeader.Write(record, header, _seed);
            written = needed;
        }

        if (written > 0)
        {
            _file!.Write(_definitions.AsSpan(0, written), _length);
        }

        return _length + written;
    }

    private void Publish(long length)
    {
        _file!.Sync();
        Fsyncs++;
        _segment!.Length = length;
        if (_isNew)
        {
            // The content is durable before the name is: a segment that can be seen after a crash has its header.
            storage.SyncFolder();
            Fsyncs++;
            segments.Add(_segment);
            _isNew = false;
        }

        _length = length;
    }

    private void Abandon()
    {
        _file?.Dispose();
        _file = null;
        if (!_isNew)
        {
            return;
        }

        _isNew = false;
        try
        {
            storage.Delete(_segment!.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing acknowledged is in it. If it stays, the next start sees a segment that the next attempt, with
            // the same first position and a higher number, has taken the place of.
        }
    }
}
