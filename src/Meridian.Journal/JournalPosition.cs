using System.Globalization;

namespace Meridian.Journal;

/// <summary>
/// The place of one datum in a journal. Positions count data, not records or bytes: a record of n data at position p
/// occupies [p, p + n). They start at 0, are dense, and are never used again, so (journal id, position) names a datum
/// for ever.
/// </summary>
/// <param name="Value">How many data were stored before this one; 0 or more.</param>
public readonly record struct JournalPosition(long Value) : IComparable<JournalPosition>
{
    /// <summary>The position of the first datum of a journal.</summary>
    public static JournalPosition Zero => default;

    /// <inheritdoc/>
    public int CompareTo(JournalPosition other) => Value.CompareTo(other.Value);

    /// <summary>The position <paramref name="data"/> data further on.</summary>
    /// <param name="data">How many data to pass; may be negative.</param>
    /// <returns>The new position.</returns>
    public JournalPosition Add(long data) => new(Value + data);

    /// <summary>How many data lie from <paramref name="earlier"/> up to this position.</summary>
    /// <param name="earlier">The position to count from.</param>
    /// <returns>The number of data; negative when <paramref name="earlier"/> lies behind this position.</returns>
    public long Subtract(JournalPosition earlier) => Value - earlier.Value;

    /// <summary>The position as plain digits.</summary>
    /// <returns>Invariant digits.</returns>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The position <paramref name="data"/> data further on.</summary>
    /// <param name="position">Where to start.</param>
    /// <param name="data">How many data to pass.</param>
    public static JournalPosition operator +(JournalPosition position, long data) => position.Add(data);

    /// <summary>How many data lie from <paramref name="earlier"/> up to <paramref name="later"/>.</summary>
    /// <param name="later">The further position.</param>
    /// <param name="earlier">The position to count from.</param>
    public static long operator -(JournalPosition later, JournalPosition earlier) => later.Subtract(earlier);

    /// <summary>Whether <paramref name="left"/> lies before <paramref name="right"/>.</summary>
    /// <param name="left">One position.</param>
    /// <param name="right">The other position.</param>
    public static bool operator <(JournalPosition left, JournalPosition right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> lies after <paramref name="right"/>.</summary>
    /// <param name="left">One position.</param>
    /// <param name="right">The other position.</param>
    public static bool operator >(JournalPosition left, JournalPosition right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> lies before or at <paramref name="right"/>.</summary>
    /// <param name="left">One position.</param>
    /// <param name="right">The other position.</param>
    public static bool operator <=(JournalPosition left, JournalPosition right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> lies after or at <paramref name="right"/>.</summary>
    /// <param name="left">One position.</param>
    /// <param name="right">The other position.</param>
    public static bool operator >=(JournalPosition left, JournalPosition right) => left.Value >= right.Value;
}
