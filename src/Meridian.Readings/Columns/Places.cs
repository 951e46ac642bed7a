namespace Meridian.Readings.Columns;

/// <summary>Arrays that are used again for the next record; one that was uncommonly long is not kept for common
/// ones.</summary>
internal static class Places
{
    private const int MaxKept = 262_144;

    /// <summary>So many places, whatever is in them.</summary>
    public static Span<T> Of<T>(ref T[] array, int count)
    {
        if (array.Length < count || (array.Length > MaxKept && count <= MaxKept))
        {
            array = new T[Math.Max(count, Math.Min(2 * array.Length, MaxKept))];
        }

        return array.AsSpan(0, count);
    }
}
