using System.Runtime.InteropServices;

namespace Meridian.Connectors.Http.South.Paging;

/// <summary>What of a page tells whether there is another.</summary>
/// <param name="Asked">The page's address.</param>
/// <param name="RecordCount">How many records it had.</param>
/// <param name="Links">Its headers <c>Link</c>.</param>
/// <param name="Pointer">What it says at the path of the paging; null for nothing.</param>
/// <param name="Hash">What its records are known by; null where it is not needed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PageEnd(
    Uri Asked, long RecordCount, IReadOnlyList<string> Links, string? Pointer, string? Hash);
