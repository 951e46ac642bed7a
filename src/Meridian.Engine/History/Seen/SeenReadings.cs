using System.Diagnostics;
using Meridian.Engine.History.Coverage;

namespace Meridian.Engine.History.Seen;

/// <summary>
/// The readings of one item that were carried on and whose time is not covered yet: it is asked again, and they come
/// again. Immutable; what changes it gives a new one, which shares every chunk that did not change.
/// <para>
/// Exact: every reading carried on is either here or at a covered instant, for as long as its time may be asked.
/// Readings at covered instants may stay until their chunk changes; they do no harm. The chunks ascend and do not
/// overlap.
/// </para>
/// </summary>
internal sealed class SeenReadings
{
    private readonly SeenChunk[] _chunks;
    private readonly SeenLimits _limits;

    private SeenReadings(SeenChunk[] chunks, SeenLimits limits)
    {
        _chunks = chunks;
        _limits = limits;
        Count = chunks.Sum(static chunk => chunk.Readings.Length);
    }

    /// <summary>Nothing was seen.</summary>
    public static SeenReadings Empty { get; } = new([], SeenLimits.Default);

    /// <summary>How many readings are known.</summary>
    public int Count { get; }

    /// <summary>How many more may be remembered.</summary>
    public int Room => _limits.Readings - Count;

    /// <summary>The chunks, ascending in time.</summary>
    public IReadOnlyList<SeenChunk> Chunks => _chunks;

    /// <summary>All readings, ascending.</summary>
    public IEnumerable<SeenReading> All => _chunks.SelectMany(static chunk => chunk.Readings);

    /// <summary>Nothing was seen, and less may be remembered.</summary>
    public static SeenReadings WithLimits(SeenLimits limits) => new([], limits);

    /// <summary>What these chunks hold, or null when they do not keep the invariants.</summary>
    public static SeenReadings? TryMake(IEnumerable<SeenChunk> chunks)
    {
        SeenChunk[] ascending = [.. chunks.OrderBy(static chunk => chunk.First)];
        var seen = new SeenReadings(ascending, SeenLimits.Default);
        var isAscending = seen.All.Zip(seen.All.Skip(1)).All(static pair => pair.First < pair.Second);
        return isAscending && seen.Room >= 0 && ascending.Length <= seen._limits.Chunks ? seen : null;
    }

    /// <summary>Whether a reading was seen.</summary>
    public bool Contains(SeenReading reading)
    {
        var index = IndexFor(reading);
        return index >= 0 && _chunks[index].Contains(reading);
    }

    /// <summary>Remembers readings, and forgets what is covered by now.</summary>
    /// <param name="added">Strictly ascending, none of them seen before, no more than there is room.</param>
    /// <param name="coverage">Whose instants are never asked again.</param>
    public SeenReadings With(ReadOnlySpan<SeenReading> added, CoverageLedger coverage)
    {
        Debug.Assert(added.Length <= Room, "What does not fit must not be taken.");

        // Rewriting a chunk costs a checkpoint on disk; only when room is short is it done for what is covered alone.
        var isTight = Count + added.Length > _limits.Readings / 2;
        var pieces = new List<SeenChunk>(_chunks.Length + 1);
        for (var index = 0; index < Math.Max(1, _chunks.Length); index++)
        {
            var isLast = index >= _chunks.Length - 1;
            var chunk = index < _chunks.Length ? _chunks[index] : null;
            var behind = isLast ? added.Length : added.BinarySearch(_chunks[index + 1].First);
            var mine = added[..(behind < 0 ? ~behind : behind)];
            added = added[mine.Length..];
            if (chunk is null || !mine.IsEmpty || (isTight && coverage.CoveredTicks(chunk.Range) > 0))
            {
                Split(Merge(chunk?.Readings ?? [], mine, coverage), chunk?.Id ?? -1, isLast, pieces);
            }
            else if (!coverage.Contains(chunk.Range))
            {
                pieces.Add(chunk);
            }
        }

        if (pieces.Count > _limits.Chunks)
        {
            SeenReading[] all = [.. pieces.SelectMany(static piece => piece.Readings)];
            pieces.Clear();
            Split(all, -1, isLast: true, pieces);
        }

        return new(Number(pieces), _limits);
    }

    private static SeenReading[] Merge(
        SeenReading[] known, ReadOnlySpan<SeenReading> added, CoverageLedger coverage)
    {
        SeenReading[] all = [.. known, .. added];
        Array.Sort(all);
        return Array.FindAll(all, reading => !coverage.Contains(reading.Ticks));
    }

    /// <summary>
    /// Cuts readings into chunks. At the end of time they are filled, since more comes behind; in the middle each keeps
    /// room for what comes late.
    /// </summary>
    private void Split(SeenReading[] readings, int id, bool isLast, List<SeenChunk> pieces)
    {
        var count = (readings.Length + _limits.PerChunk - 1) / _limits.PerChunk;
        for (var (piece, at) = (0, 0); at < readings.Length; piece++)
        {
            var length = isLast ? _limits.PerChunk : (readings.Length - at + count - piece - 1) / (count - piece);
            length = Math.Min(length, readings.Length - at);
            pieces.Add(new SeenChunk(piece == 0 ? id : -1, readings[at..(at + length)]));
            at += length;
        }
    }

    /// <summary>Gives each new chunk the least free number.</summary>
    private SeenChunk[] Number(List<SeenChunk> pieces)
    {
        var isTaken = new bool[_limits.Chunks];
        foreach (var piece in pieces.Where(static piece => piece.Id >= 0))
        {
            isTaken[piece.Id] = true;
        }

        var free = 0;
        var numbered = pieces.ToArray();
        for (var index = 0; index < numbered.Length; index++)
        {
            if (numbered[index].Id < 0)
            {
                free = Array.IndexOf(isTaken, value: false, free);
                numbered[index] = numbered[index] with { Id = free++ };
            }
        }

        return numbered;
    }

    /// <summary>The last chunk that begins at or before a reading; −1 when none does.</summary>
    private int IndexFor(SeenReading reading)
    {
        var low = 0;
        var high = _chunks.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_chunks[middle].First <= reading)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
