using System.Runtime.InteropServices;

namespace Meridian.Engine.History.Seen;

/// <summary>How many readings are remembered, and in how many pieces.</summary>
/// <param name="Readings">The most readings of one item.</param>
/// <param name="PerChunk">The most in one chunk: what fits in a checkpoint in the worst case.</param>
/// <param name="Chunks">The most chunks, well above what full ones would need.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SeenLimits(int Readings, int PerChunk, int Chunks)
{
    /// <summary>
    /// 16,384 readings, about 160 KB on disk and 260 KB in memory; 224 a chunk, since a reading takes at most 17 bytes
    /// of a checkpoint's 4,096; 160 chunks, twice what full ones need.
    /// </summary>
    public static SeenLimits Default => new(16_384, 224, 160);
}
