using System.Runtime.InteropServices;

namespace Meridian.Engine.History.Seen;

/// <summary>A reading that was carried on, as far as it must be known again.</summary>
/// <param name="Ticks">Its source timestamp, UTC.</param>
/// <param name="Identity">What <see cref="ReadingIdentity"/> says of it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SeenReading(long Ticks, ulong Identity) : IComparable<SeenReading>
{
    /// <summary>By time, then by identity.</summary>
    public int CompareTo(SeenReading other) =>
        Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Identity.CompareTo(other.Identity);

    /// <summary>Whether one is before the other.</summary>
    public static bool operator <(SeenReading left, SeenReading right) => left.CompareTo(right) < 0;

    /// <summary>Whether one is behind the other.</summary>
    public static bool operator >(SeenReading left, SeenReading right) => left.CompareTo(right) > 0;

    /// <summary>Whether one is before the other or the same.</summary>
    public static bool operator <=(SeenReading left, SeenReading right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one is behind the other or the same.</summary>
    public static bool operator >=(SeenReading left, SeenReading right) => left.CompareTo(right) >= 0;
}
