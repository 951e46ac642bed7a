using System.Runtime.InteropServices;

namespace Meridian.Journal;

/// <summary>What a cursor that drops the oldest was made to pass unread, since it was made.</summary>
/// <param name="Count">How many data.</param>
/// <param name="First">The position of the first one; 0 when there is none.</param>
/// <param name="Last">The position of the last one; not all between the two need be dropped.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DroppedRange(long Count, JournalPosition First, JournalPosition Last)
{
    internal DroppedRange Add(long from, long to) => new(
        Count + to - from, Count == 0 ? new JournalPosition(from) : First, new JournalPosition(to - 1));
}
