using System.Runtime.InteropServices;

namespace Meridian.Journal;

/// <summary>Positions that the segments do not have although they were given.</summary>
/// <param name="First">The first one.</param>
/// <param name="End">The position after the last one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalGap(JournalPosition First, JournalPosition End);
