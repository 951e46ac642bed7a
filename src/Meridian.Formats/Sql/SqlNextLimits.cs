using Meridian.Sdk.South;

namespace Meridian.Formats.Sql;

/// <summary>What is held at most of one answer.</summary>
public sealed record SqlNextLimits
{
    /// <summary>The most readings of a page.</summary>
    /// <value>65,536.</value>
    public int MaxReadings { get; init; } = NextPage.MaxReadings;

    /// <summary>The most bytes of a page's values, and of rows of one value of a sequence on their way to a file.
    /// </summary>
    /// <value>8 MiB.</value>
    public long MaxBytes { get; init; } = NextPage.MaxBytes;

    /// <summary>The most bytes of a file.</summary>
    /// <value>1 GiB.</value>
    public long MaxFileBytes { get; init; } = 1L << 30;
}
