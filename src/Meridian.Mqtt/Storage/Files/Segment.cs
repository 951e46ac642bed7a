using System.Runtime.InteropServices;

namespace Meridian.Mqtt.Storage.Files;

/// <summary>One file of the log, as far as it is durable. Belongs to the writer.</summary>
internal sealed class Segment(long number)
{
    public long Number { get; } = number;

    public string Name => SegmentHeader.NameOf(Number);

    /// <summary>How many of its bytes are durable; behind that nothing counts.</summary>
    public long Length { get; set; }

    /// <summary>How many publications that are not done have their newest record here.</summary>
    public int LiveCount { get; set; }

    /// <summary>The publications that were written here, alive or not.</summary>
    public List<ulong> Keys { get; } = [];
}

/// <summary>Where a publication's newest record lies.</summary>
/// <param name="Segment">The file.</param>
/// <param name="Offset">Where the record's frame begins.</param>
/// <param name="Length">Its length, frame included.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecordPlace(Segment Segment, long Offset, int Length);
