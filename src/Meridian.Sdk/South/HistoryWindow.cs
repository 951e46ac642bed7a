using System.Runtime.InteropServices;

namespace Meridian.Sdk.South;

/// <summary>A span of source time.</summary>
/// <param name="Start">Its first instant, UTC, included.</param>
/// <param name="End">Its end, UTC, excluded; later than <paramref name="Start"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HistoryWindow(DateTimeOffset Start, DateTimeOffset End);
