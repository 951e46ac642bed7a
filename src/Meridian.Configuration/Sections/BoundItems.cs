using System.Globalization;

namespace Meridian.Configuration.Sections;

/// <summary>The items that could be bound, and where in the file each stands.</summary>
/// <param name="Items">The items.</param>
/// <param name="Indexes">The index in the file of each, ascending.</param>
/// <param name="IsWhole">Whether none is left out.</param>
internal sealed record BoundItems(IReadOnlyList<ItemConfig> Items, IReadOnlyList<int> Indexes, bool IsWhole)
{
    private const string Prefix = "items[";

    /// <summary>A path that counts the bound items → the path that counts as the file does.</summary>
    public string ToFilePath(string path)
    {
        var end = path.IndexOf(']', StringComparison.Ordinal);
        return path.StartsWith(Prefix, StringComparison.Ordinal)
            && end > 0
            && int.TryParse(
                path.AsSpan(Prefix.Length, end - Prefix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var index)
            && index < Indexes.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Indexes[index]}{path[end..]}")
            : path;
    }
}
