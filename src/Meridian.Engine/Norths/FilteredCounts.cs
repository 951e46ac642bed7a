using System.Runtime.InteropServices;
using Meridian.Transforms;

namespace Meridian.Engine.Norths;

/// <summary>Data that transforms took out, by reason.</summary>
/// <param name="Filtered">A filter took them out.</param>
/// <param name="Deadband">They lay within the band around the last that went out.</param>
/// <param name="RateLimit">Another of their point went out less than a period before.</param>
/// <param name="Aggregated">They went into an aggregate.</param>
/// <param name="Late">Their window was closed already.</param>
/// <param name="NotConvertible">They could not be converted to the type asked for.</param>
/// <param name="NotExtracted">None of the paths led to a value in them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FilteredCounts(
    long Filtered,
    long Deadband,
    long RateLimit,
    long Aggregated,
    long Late,
    long NotConvertible,
    long NotExtracted)
{
    /// <summary>All of them.</summary>
    public long Total => Filtered + Deadband + RateLimit + Aggregated + Late + NotConvertible + NotExtracted;

    /// <summary>How many integers <see cref="CopyTo"/> writes.</summary>
    internal static int MemberCount => FilterReasons.Count;

    /// <summary>The counts that are not zero, each with its word.</summary>
    public IEnumerable<(string Reason, long Count)> ByReason()
    {
        var counts = new long[MemberCount];
        CopyTo(counts);
        for (var reason = 0; reason < counts.Length; reason++)
        {
            if (counts[reason] > 0)
            {
                yield return (FilterReasons.WordOf((FilterReason)reason), counts[reason]);
            }
        }
    }

    /// <summary>The counts of a list of reasons.</summary>
    internal static FilteredCounts Of(ReadOnlySpan<FilterReason> reasons)
    {
        Span<long> counts = stackalloc long[MemberCount];
        foreach (var reason in reasons)
        {
            counts[(int)reason]++;
        }

        return From(counts);
    }

    /// <summary>The counts in the order of <see cref="FilterReason"/>.</summary>
    internal static FilteredCounts From(ReadOnlySpan<long> counts) =>
        new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]);

    /// <summary>Writes the counts in the order of <see cref="FilterReason"/>.</summary>
    internal void CopyTo(Span<long> counts) =>
        new[] { Filtered, Deadband, RateLimit, Aggregated, Late, NotConvertible, NotExtracted }.CopyTo(counts);

    /// <summary>Both together.</summary>
    internal FilteredCounts Plus(FilteredCounts other) => new(
        Filtered + other.Filtered,
        Deadband + other.Deadband,
        RateLimit + other.RateLimit,
        Aggregated + other.Aggregated,
        Late + other.Late,
        NotConvertible + other.NotConvertible,
        NotExtracted + other.NotExtracted);
}
