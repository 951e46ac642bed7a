using Meridian.Sdk.Intakes;

namespace Meridian.Sdk.South;

/// <summary>What a source has after a position, and the position after that.</summary>
/// <param name="Content">
/// Readings in the source's order, at most <see cref="MaxReadings"/> and <see cref="MaxBytes"/>, or one file. Lent
/// until the next page is asked for. Readings that are empty move the position and nothing else. To which group they
/// belong the engine says.
/// </param>
/// <param name="Position">
/// Where the source stands behind this content, in the connector's own words: 1 to <see cref="MaxPositionBytes"/>
/// bytes, and another than that of the page before. Give it a version: a newer build may have to read it.
/// </param>
public sealed record NextPage(Content Content, ReadOnlyMemory<byte> Position)
{
    /// <summary>The most readings of a page: 65,536.</summary>
    public const int MaxReadings = 65_536;

    /// <summary>The most bytes of a page's values, texts and bytes in full and 16 for each other: 8 MiB.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The most bytes of a position: 4,096, as of every <see cref="Checkpoint"/>.</summary>
    public const int MaxPositionBytes = 4_096;
}
