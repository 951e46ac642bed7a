namespace Meridian.Journal.Segments;

/// <summary>
/// One file of the log. Readers may read up to <see cref="Length"/>; the writer raises it when more is durable.
/// A segment ends where the next one begins: what it holds at or after that position was never acknowledged, because
/// its writing failed and the same data were written again to the next one.
/// </summary>
internal sealed class Segment(string name, long first, int attempt, long length, bool usesOwnIds)
{
    private const long IndexStep = 64 << 10;

    private readonly Lock _gate = new();
    private readonly List<(long Position, long Offset)> _index = [];
    private long _length = length;

    /// <summary>The file.</summary>
    public string Name { get; } = name;

    /// <summary>The position that the segment begins at.</summary>
    public long First { get; } = first;

    /// <summary>Tells segments of the same first position apart; the last one counts.</summary>
    public int Attempt { get; } = attempt;

    /// <summary>Whether its source ids are those of this process, so that reading may begin in its middle.</summary>
    public bool UsesOwnIds { get; } = usesOwnIds;

    /// <summary>How many bytes are durable. Written by the writer after each group, read by any reader.</summary>
    public long Length
    {
        get => Volatile.Read(ref _length);
        set => Volatile.Write(ref _length, value);
    }

    /// <summary>Remembers where a position lies, unless a near one is known.</summary>
    public void Index(long position, long offset)
    {
        lock (_gate)
        {
            if (_index.Count == 0 || offset - _index[^1].Offset >= IndexStep)
            {
                _index.Add((position, offset));
            }
        }
    }

    /// <summary>Where to begin reading to meet <paramref name="position"/>; <paramref name="fallback"/> when
    /// unknown.</summary>
    public long OffsetOf(long position, long fallback)
    {
        if (!UsesOwnIds)
        {
            return fallback;
        }

        lock (_gate)
        {
            var offset = fallback;
            foreach (var entry in _index)
            {
                if (entry.Position > position)
                {
                    break;
                }

                offset = entry.Offset;
            }

            return offset;
        }
    }
}
