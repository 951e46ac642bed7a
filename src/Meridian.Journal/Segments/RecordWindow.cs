using System.Runtime.InteropServices;
using Meridian.Journal.Format;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Segments;

/// <summary>
/// Walks the records of one file through a buffer. Good records follow each other; damage is passed to the next good
/// record and noted. The buffer stays as it is until a step may move the window, so that a batch can lend it out.
/// </summary>
internal sealed class RecordWindow(IJournalFile file, uint seed, long offset, bool ownsFile = true) : IDisposable
{
    private readonly List<DamagedRange> _damage = [];
    private byte[] _buffer = [];
    private long _start = offset;
    private int _filled;

    /// <summary>Where the next record is looked for.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>How many bytes one move of the window reads.</summary>
    public int WindowBytes { get; set; } = 1 << 20;

    /// <summary>The damage that was passed, in order. Whoever has dealt with it clears it.</summary>
    public List<DamagedRange> Damage => _damage;

    /// <summary>
    /// Asked for each good header whether its record is wanted; one that is not is passed without reading its payload.
    /// </summary>
    public Func<RecordHeader, bool>? IsWanted { get; set; }

    /// <summary>Bytes of the window from <paramref name="at"/> on; lent until a step may move the window.</summary>
    public ReadOnlyMemory<byte> Lend(int at, int length) => _buffer.AsMemory(at, length);

    /// <summary>Goes to the next good record before <paramref name="limit"/>.</summary>
    /// <param name="limit">How far the file may be read.</param>
    /// <param name="mayMove">Whether the buffer may change and damage may be passed.</param>
    /// <param name="header">The record's header.</param>
    /// <param name="at">Where in the window its header begins.</param>
    public RecordStep Next(long limit, bool mayMove, out RecordHeader header, out int at)
    {
        while (true)
        {
            header = default;
            at = (int)Math.Min(int.MaxValue, Offset - _start);
            if (limit - Offset < RecordHeader.Size)
            {
                return RecordStep.End;
            }

            var isFilled = _filled - at >= RecordHeader.Size;
            if (!isFilled || !RecordHeader.TryRead(_buffer.AsSpan(at, RecordHeader.Size), seed, out header))
            {
                if (!mayMove || !(isFilled ? Resynchronize(limit) : Move(limit, RecordHeader.Size)))
                {
                    return mayMove ? RecordStep.End : RecordStep.WindowEnd;
                }

                continue;
            }

            if (limit - Offset < header.TotalLength)
            {
                return RecordStep.End;
            }

            if (IsWanted?.Invoke(header) == false)
            {
                Offset += header.TotalLength;
                continue;
            }

            if (_filled - at < header.TotalLength)
            {
                if (!mayMove || !Move(limit, header.TotalLength))
                {
                    return mayMove ? RecordStep.End : RecordStep.WindowEnd;
                }

                continue;
            }

            if (header.Covers(_buffer.AsSpan(at + RecordHeader.Size, header.PayloadLength), seed))
            {
                Offset += header.TotalLength;
                return RecordStep.Record;
            }

            if (!mayMove)
            {
                return RecordStep.WindowEnd;
            }

            if (IsLastInRoom(header, limit))
            {
                return RecordStep.End;
            }

            Pass(header.TotalLength);
        }
    }

    /// <summary>Goes back to the begin of the record that the last step gave.</summary>
    public void Unread(in RecordHeader header) => Offset -= header.TotalLength;

    /// <summary>Whether nothing but zeros lies from here up to <paramref name="limit"/>: space that was made and never
    /// written, which is no damage. Uses the window.</summary>
    public bool IsBlank(long limit) => EndOfWritten(limit) == Offset;

    /// <summary>The place after the last byte that is not zero, from here up to <paramref name="limit"/>. Uses the
    /// window.</summary>
    public long EndOfWritten(long limit)
    {
        var end = Offset;
        for (_start = Offset; _start < limit; _start += _filled)
        {
            var wanted = (int)Math.Min(WindowBytes, limit - _start);
            EnsureBuffer(wanted);
            _filled = file.Read(_buffer.AsSpan(0, wanted), _start);
            if (_filled == 0)
            {
                break;
            }

            var last = _buffer.AsSpan(0, _filled).LastIndexOfAnyExcept((byte)0);
            end = last < 0 ? end : _start + last + 1;
        }

        (_start, _filled) = (Offset, 0);
        return end;
    }

    public void Dispose()
    {
        if (ownsFile)
        {
            file.Dispose();
        }
    }

    /// <summary>Whether a bad record is one that a crash left half written in room that was made ahead: zeros follow
    /// from somewhere within it on, and nothing else. That is a torn tail, not damage. A last record that was written
    /// to its end and is bad is damage.</summary>
    private bool IsLastInRoom(in RecordHeader header, long limit)
        => EndOfWritten(limit) < Offset + header.TotalLength;

    private bool Move(long limit, int needed)
    {
        var wanted = (int)Math.Min(Math.Max(WindowBytes, needed), limit - Offset);
        EnsureBuffer(wanted, needed);
        _start = Offset;
        _filled = 0;
        _filled = file.Read(_buffer.AsSpan(0, wanted), Offset);
        return _filled >= needed;
    }

    private void EnsureBuffer(int wanted, int needed = 0)
    {
        // A huge record makes the buffer large for itself only; the next move gives the memory back.
        if (_buffer.Length < wanted || _buffer.Length > 2 * Math.Max(WindowBytes, needed))
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(wanted, Math.Min(WindowBytes, 1 << 16)));
        }
    }

    private bool Resynchronize(long limit)
    {
        var begin = Offset;
        for (Offset++; limit - Offset >= RecordHeader.Size; Offset++)
        {
            var at = (int)(Offset - _start);
            if (_filled - at < RecordHeader.Size)
            {
                if (!Move(limit, RecordHeader.Size))
                {
                    break;
                }

                at = 0;
            }

            if (RecordHeader.TryRead(_buffer.AsSpan(at, RecordHeader.Size), seed, out _))
            {
                var found = Offset;
                Offset = begin;
                Pass(found - begin);
                return true;
            }
        }

        // Nothing good follows, so the place stays a tail: more may yet be written behind it.
        Offset = begin;
        _start = begin;
        _filled = 0;
        return false;
    }

    private void Pass(long bytes)
    {
        // What was passed touching the range before is one damaged place with it.
        if (_damage is [.., var last] && last.Offset + last.Length == Offset)
        {
            _damage[^1] = last with { Length = last.Length + bytes };
        }
        else
        {
            _damage.Add(new DamagedRange(Offset, bytes));
        }

        Offset += bytes;
    }
}

/// <summary>Bytes of a file that are no good record.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DamagedRange(long Offset, long Length);

/// <summary>What a step of <see cref="RecordWindow"/> met.</summary>
internal enum RecordStep
{
    /// <summary>A good record.</summary>
    Record,

    /// <summary>The window ends, or damage lies ahead; a step that may move the window goes on.</summary>
    WindowEnd,

    /// <summary>No good record up to the limit.</summary>
    End,
}
