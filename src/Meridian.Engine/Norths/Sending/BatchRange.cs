using System.Runtime.InteropServices;

namespace Meridian.Engine.Norths.Sending;

/// <summary>
/// Where a batch begins and ends: what has to be known to send exactly it once more. Stored with the cursor before the
/// first try, where a destination recognises what comes again by its key.
/// </summary>
/// <param name="First">The position of its first reading.</param>
/// <param name="Last">The position of its last.</param>
/// <param name="Count">How many readings it holds; 0 for no batch.</param>
/// <param name="Version">The version of the transforms that made them: a hash of their settings; 0 for none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BatchRange(long First, long Last, long Count, long Version)
{
    /// <summary>How many integers <see cref="CopyTo"/> writes.</summary>
    public const int MemberCount = 4;

    /// <summary>Whether there is no batch.</summary>
    public bool IsNone => Count == 0;

    /// <summary>Whether a position lies in it.</summary>
    public bool Contains(long position) => !IsNone && position >= First && position <= Last;

    /// <summary>The same, as long as a cursor has passed nothing of it.</summary>
    public BatchRange From(long cursor) => First >= cursor ? this : default;

    /// <summary>The range of integers that <see cref="CopyTo"/> wrote.</summary>
    public static BatchRange Of(ReadOnlySpan<long> members) => new(members[0], members[1], members[2], members[3]);

    /// <summary>Writes the members in their order.</summary>
    public void CopyTo(Span<long> members) =>
        (members[0], members[1], members[2], members[3]) = (First, Last, Count, Version);
}
