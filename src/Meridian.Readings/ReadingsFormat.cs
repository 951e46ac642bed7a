namespace Meridian.Readings;

/// <summary>What the bytes of a record mean; drawn in <c>docs/formats/readings.md</c>.</summary>
internal static class ReadingsFormat
{
    /// <summary>The first byte of every record.</summary>
    public const byte Version = 1;

    /// <summary>A point's name, in UTF-8.</summary>
    public const int MaxPointBytes = 65_535;

    /// <summary>The tag's low four bits: the kind of the value.</summary>
    public const int KindMask = 0x0F;

    /// <summary>The tag's bits 4 and 5: the quality.</summary>
    public const int QualityMask = 0x30;

    public const int QualityGood = 0x00;

    public const int QualityUncertain = 0x10;

    public const int QualityBad = 0x20;

    /// <summary>A status code of four bytes follows the tag.</summary>
    public const int QualityStatus = 0x30;

    /// <summary>The tag's bits that no version has given a meaning yet.</summary>
    public const int ReservedMask = 0xC0;

    /// <summary>Seven bits a byte: 64 bits need ten.</summary>
    public const int MaxVarintBytes = 10;

    /// <summary>The least a reading takes: point, time and tag, of one byte each.</summary>
    public const int MinReadingBytes = 3;

    public static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    public static long UnZigZag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));
}
