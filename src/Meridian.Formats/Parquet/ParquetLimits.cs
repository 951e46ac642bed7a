namespace Meridian.Formats.Parquet;

/// <summary>The bounds of what is written, so that no buffer and no page comes near 2³¹ bytes.</summary>
internal static class ParquetLimits
{
    public const int DefaultRowGroupRows = 131_072;
    public const int MaxRowGroupRows = 1_048_576;

    public const int DefaultRowGroupBytes = 64 * 1_024 * 1_024;
    public const int MaxRowGroupBytes = 512 * 1_024 * 1_024;

    /// <summary>The most of one text, JSON or binary value: what a record of the journal can hold.</summary>
    public const int MaxValueBytes = 64 * 1_024 * 1_024;

    /// <summary>The most of a point's name, by the contract of a reading.</summary>
    public const int MaxPointBytes = 65_535;

    /// <summary>How many characters of points' names a row group may hold; it ends before one more.</summary>
    public const int MaxPointCharacters = 8 * 1_024 * 1_024;

    /// <summary>A page ends when it has so many rows, or, where arrays are plain, so many bytes.</summary>
    public const int PageRows = 131_072;
    public const int PageBytes = 1_024 * 1_024;

    /// <summary>
    /// The most that is kept about the row groups, some 1 KiB each: readers refuse a footer beyond some 100 MB.
    /// </summary>
    public const int MaxFooterBytes = 64 * 1_024 * 1_024;
}
