using System.Runtime.InteropServices;
using Meridian.Sdk.South;

namespace Meridian.Engine.History.Coverage;

/// <summary>
/// A span of source time in ticks of 100 ns, UTC: the start is in it, the end is not. Local time and its jumps end
/// here: whatever offset an instant was given with, only its UTC ticks come in.
/// </summary>
/// <param name="Start">The first tick.</param>
/// <param name="End">The first tick behind it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TickRange(long Start, long End)
{
    /// <summary>How many ticks; negative when it ends before it starts.</summary>
    public long Length => End - Start;

    /// <summary>Whether no tick is in it.</summary>
    public bool IsEmpty => End <= Start;

    /// <summary>The window in ticks.</summary>
    public static TickRange Of(HistoryWindow window) => new(window.Start.UtcTicks, window.End.UtcTicks);

    /// <summary>Whether a tick is in it.</summary>
    public bool Contains(long ticks) => ticks >= Start && ticks < End;

    /// <summary>What both have in common; empty when they have nothing.</summary>
    public TickRange Within(TickRange other) => new(Math.Max(Start, other.Start), Math.Min(End, other.End));

    /// <summary>The least range that holds both, and what lies between.</summary>
    public TickRange Hull(TickRange other) => new(Math.Min(Start, other.Start), Math.Max(End, other.End));

    /// <summary>The range as a connector sees it, in UTC.</summary>
    public HistoryWindow ToWindow() => new(new DateTimeOffset(Start, default), new DateTimeOffset(End, default));
}
