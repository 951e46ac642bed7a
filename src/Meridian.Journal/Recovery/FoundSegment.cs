using Meridian.Journal.Format;

namespace Meridian.Journal.Recovery;

/// <summary>A segment as a start finds it.</summary>
/// <param name="Name">Its file.</param>
/// <param name="First">The position in its name.</param>
/// <param name="Attempt">The attempt in its name.</param>
/// <param name="Length">The length of the file.</param>
/// <param name="Header">Its header; null when it is damaged.</param>
internal sealed record FoundSegment(string Name, long First, int Attempt, long Length, SegmentHeader? Header)
{
    /// <summary>Whether its header can be trusted.</summary>
    public bool HasHeader => Header is { } header && header.First == First;
}
