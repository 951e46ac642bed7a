using System.Runtime.InteropServices;

namespace Meridian.Transforms.State;

/// <summary>A point of a South. Two Souths may have points of the same name; they are two points.</summary>
/// <param name="South">The South's name.</param>
/// <param name="Point">The point's name, as the transform sees it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PointKey(string South, string Point)
{
    /// <summary>The key of an entry.</summary>
    public static PointKey Of(in TransformEntry entry) => new(entry.South, entry.Reading.Point);

    /// <inheritdoc/>
    public bool Equals(PointKey other) =>
        string.Equals(Point, other.Point, StringComparison.Ordinal)
        && string.Equals(South, other.South, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(
        string.GetHashCode(Point, StringComparison.Ordinal), string.GetHashCode(South, StringComparison.Ordinal));
}
