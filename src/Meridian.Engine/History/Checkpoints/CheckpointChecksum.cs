using System.Numerics;

namespace Meridian.Engine.History.Checkpoints;

/// <summary>CRC-32C (Castagnoli), as in the journal, whose own checksum ends where a record has been read.</summary>
internal static class CheckpointChecksum
{
    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
