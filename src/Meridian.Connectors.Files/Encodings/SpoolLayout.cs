namespace Meridian.Connectors.Files.Encodings;

/// <summary>The bytes of a spool, drawn in docs/formats/reading-spool.md. Never changed; a new layout is a new mark.
/// </summary>
internal static class SpoolLayout
{
    /// <summary>The length of a frame and the CRC-32C of its body, each 4 bytes, little-endian.</summary>
    public const int FrameHeadBytes = 8;

    /// <summary>
    /// What a frame's body may have at most: many times a batch, and no more than memory can be asked for.
    /// </summary>
    public const int MaxFrameBytes = 1 << 30;

    /// <summary>What a spool begins with.</summary>
    public static ReadOnlySpan<byte> Mark => "MERSPL1\n"u8;

    public static uint ChecksumOf(ReadOnlySpan<byte> body)
    {
        var checksum = uint.MaxValue;
        while (body.Length >= sizeof(ulong))
        {
            checksum = System.Numerics.BitOperations.Crc32C(
                checksum, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(body));
            body = body[sizeof(ulong)..];
        }

        foreach (var one in body)
        {
            checksum = System.Numerics.BitOperations.Crc32C(checksum, one);
        }

        return ~checksum;
    }
}
