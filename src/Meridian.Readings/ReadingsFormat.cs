namespace Meridian.Readings;

/// <summary>What the bytes of a record mean; drawn in <c>docs/formats/readings.md</c>.</summary>
internal static class ReadingsFormat
{
    /// <summary>The first byte of a record that is written today: columns.</summary>
    public const byte Version = 2;

    /// <summary>The first byte of a record of rows; read, no longer written.</summary>
    public const byte RowsVersion = 1;

    /// <summary>The flag that says that the body is a Brotli stream.</summary>
    public const int IsBrotli = 0x01;

    /// <summary>A point's name, in UTF-8.</summary>
    public const int MaxPointBytes = 65_535;

    /// <summary>
    /// How much of a name may be that of the series before it: a name is never more than so much longer than its own
    /// bytes.
    /// </summary>
    public const int MaxSharedBytes = 255;

    /// <summary>Readings in one record: as many as the journal counts in one of its own.</summary>
    public const int MaxReadings = 16_777_216;

    /// <summary>The least that a block of readings takes: two bytes of the order, three of the time.</summary>
    public const int MinBlockBytes = 5;

    /// <summary>A compressed body when it is whole again: as much as the journal takes in one record.</summary>
    public const int MaxBodyBytes = 64 * 1_024 * 1_024;

    /// <summary>How many times longer than its compressed form a body may be.</summary>
    public const int MaxExpansion = 1_024;

    /// <summary>Seven bits a byte: 64 bits need ten.</summary>
    public const int MaxVarintBytes = 10;

    public static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    public static long UnZigZag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));
}
