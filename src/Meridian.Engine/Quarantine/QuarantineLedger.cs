using System.Runtime.InteropServices;

namespace Meridian.Engine.Quarantine;

/// <summary>
/// What the lines of a quarantine file come to: which positions ever went in, which still lie there, which were given
/// up. Follows from the file alone, line by line. Thread-safe.
/// </summary>
internal sealed class QuarantineLedger
{
    private readonly Lock _lock = new();
    private readonly PositionRanges _derived = new();
    private readonly PositionRanges _discarded = new();
    private readonly Dictionary<long, long> _derivedReleased = [];
    private QuarantineLine? _trying;
    private long _derivedDelivered;
    private long _ticket;

    /// <summary>Every position that ever went in. Their fate is known: they never pass by the cursor again.</summary>
    public PositionRanges Ever { get; } = new();

    /// <summary>The positions that lie there.</summary>
    public PositionRanges Lying { get; } = new();

    /// <summary>The number of the last attempt to deliver from here.</summary>
    public long Ticket
    {
        get
        {
            lock (_lock)
            {
                return _ticket;
            }
        }
    }

    /// <summary>The attempt whose outcome no line tells; null when there is none.</summary>
    public QuarantineLine? Trying
    {
        get
        {
            lock (_lock)
            {
                return _trying;
            }
        }
    }

    /// <summary>Takes a line into account.</summary>
    /// <param name="line">The line.</param>
    /// <param name="offset">Where it begins in the file.</param>
    public void Apply(QuarantineLine line, long offset)
    {
        lock (_lock)
        {
            switch (line.Kind)
            {
                case QuarantineLineKind.Datum when line.IsDerived:
                    _derived.Add(line.Positions[0].From);
                    break;
                case QuarantineLineKind.Datum:
                    var position = line.Positions[0].From;
                    if (!Ever.Contains(position))
                    {
                        Ever.Add(position);
                        Lying.Add(position);
                    }

                    break;
                case QuarantineLineKind.Trying:
                    _trying = line;
                    _ticket = Math.Max(_ticket, line.Ticket);
                    break;
                default:
                    _trying = null;
                    _derivedDelivered += line.DerivedCount;
                    Release(line, offset);
                    break;
            }
        }
    }

    /// <summary>Whether the datum of a line still lies there.</summary>
    /// <param name="line">The line of a datum.</param>
    /// <param name="offset">Where it begins in the file.</param>
    public bool IsLying(QuarantineLine line, long offset)
    {
        lock (_lock)
        {
            var position = line.Positions[0].From;
            return line.IsDerived
                ? !_derivedReleased.TryGetValue(position, out var released) || offset > released
                : Lying.Contains(position);
        }
    }

    /// <summary>What became of the positions in [from, to) that ever went in.</summary>
    public QuarantineCounts CountBetween(long from, long to)
    {
        lock (_lock)
        {
            return new QuarantineCounts(
                Ever.CountBetween(from, to),
                Lying.CountBetween(from, to),
                _discarded.CountBetween(from, to),
                _derivedDelivered);
        }
    }

    private void Release(QuarantineLine line, long offset)
    {
        foreach (var (from, to) in line.Positions)
        {
            foreach (var position in _derived.Within(from, to))
            {
                _derivedReleased[position] = offset;
            }

            foreach (var position in Lying.Within(from, to))
            {
                Lying.Remove(position);
                if (line.Kind == QuarantineLineKind.Discarded)
                {
                    _discarded.Add(position);
                }
            }
        }
    }
}

/// <summary>How many data there are in a quarantine, by their fate.</summary>
/// <param name="Ever">All that ever went in.</param>
/// <param name="Lying">Those that lie there.</param>
/// <param name="Discarded">Those that were given up.</param>
/// <param name="DerivedDelivered">What transforms had made and the destination has after all; in none of the others.
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct QuarantineCounts(long Ever, long Lying, long Discarded, long DerivedDelivered)
{
    /// <summary>Those that the destination has after all.</summary>
    public long Delivered => Ever - Lying - Discarded;
}
