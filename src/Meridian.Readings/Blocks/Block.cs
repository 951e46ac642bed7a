using System.Numerics;

namespace Meridian.Readings.Blocks;

/// <summary>
/// Up to 256 integers as their differences to one of them, each in as many bits as most of them need; the few that
/// need more, the outliers, stand behind with all their bits.
/// </summary>
internal static class Block
{
    /// <summary>Integers in a block, so that one byte says which of them is an outlier.</summary>
    public const int Length = 256;

    /// <summary>The head's bit that says that outliers follow.</summary>
    public const int HasOutliers = 0x80;

    /// <summary>The head's other bits: the width.</summary>
    public const int WidthMask = 0x7F;

    public const int MaxWidth = 64;

    /// <summary>So many bytes may be read behind the packed integers, whatever they are.</summary>
    public const int SlackBytes = sizeof(ulong);

    public static int WidthOf(ulong range) => MaxWidth - BitOperations.LeadingZeroCount(range);

    public static int PackedBytes(int count, int width) => ((count * width) + 7) >> 3;
}
