using System.Buffers;
using Meridian.Journal.Books;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Writing;

/// <summary>
/// Writes the index, in turn to its two slots. It is a copy: when it cannot be written, the next start replays more of
/// the log. Belongs to the writer's thread.
/// </summary>
internal sealed class IndexWriter(IJournalStorage storage, Guid journal, ulong sequence) : IDisposable
{
    private readonly IJournalFile?[] _files = new IJournalFile?[2];
    private readonly bool[] _isFailed = new bool[2];
    private const int KeepBytes = 1 << 20;

    private ArrayBufferWriter<byte> _buffer = new();
    private ulong _sequence = sequence;
    private long _ordinal;

    public long Fsyncs { get; private set; }

    /// <summary>Whether a segment was begun since the last slot was written.</summary>
    public bool IsDue(Segment newest) => newest.Ordinal != _ordinal;

    /// <summary>Writes the next slot.</summary>
    /// <exception cref="IOException">It is not on disk; the other slot is untouched.</exception>
    public void Write(JournalBooks books, Segment newest, long end)
    {
        var next = _sequence + 1;
        books.ToIndex(journal, next, newest, end).Encode(_buffer);
        var slot = (int)(next % 2);

        // Whatever becomes of it, it is not tried again before the next segment.
        _ordinal = newest.Ordinal;
        try
        {
            var (file, isNew) = Open(slot);
            file.Write(_buffer.WrittenSpan, 0);
            file.Sync();
            Fsyncs++;
            if (isNew)
            {
                storage.SyncFolder();
                Fsyncs++;
            }
        }
        catch
        {
            // A file that failed is not written again: the next turn deletes it and makes a new one.
            _isFailed[slot] = true;
            _files[slot]?.Dispose();
            _files[slot] = null;
            throw;
        }
        finally
        {
            if (_buffer.Capacity > KeepBytes)
            {
                _buffer = new ArrayBufferWriter<byte>();
            }
        }

        _sequence = next;
        books.AcceptIndex();
    }

    public void Dispose()
    {
        _files[0]?.Dispose();
        _files[1]?.Dispose();
    }

    private (IJournalFile File, bool IsNew) Open(int slot)
    {
        if (_files[slot] is { } open)
        {
            return (open, false);
        }

        var name = JournalFileNames.IndexSlots[slot];
        var exists = storage.List().Contains(name, StringComparer.Ordinal);
        if (exists && _isFailed[slot])
        {
            storage.Delete(name);
            exists = false;
        }

        _isFailed[slot] = false;
        var file = exists ? storage.Open(name, writable: true) : storage.Create(name);
        _files[slot] = file;
        return (file, !exists);
    }
}
