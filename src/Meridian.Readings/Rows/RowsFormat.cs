namespace Meridian.Readings.Rows;

/// <summary>What the bytes of a record of version 1 mean.</summary>
internal static class RowsFormat
{
    /// <summary>The tag's low four bits: the kind of the value.</summary>
    public const int KindMask = 0x0F;

    /// <summary>The tag's bits 4 and 5: the quality.</summary>
    public const int QualityMask = 0x30;

    public const int QualityGood = 0x00;

    public const int QualityUncertain = 0x10;

    public const int QualityBad = 0x20;

    /// <summary>The tag's bits that mean nothing.</summary>
    public const int ReservedMask = 0xC0;

    /// <summary>The least a reading takes: point, time and tag, of one byte each.</summary>
    public const int MinReadingBytes = 3;
}
