using System.Runtime.InteropServices;

namespace Meridian.Connectors.Http.South.Paging;

/// <summary>Which page is asked for.</summary>
/// <param name="Link">Its address as the server gave it; null to make it of the item's request.</param>
/// <param name="Mark">The cursor, offset or number; null for the first page by link or cursor.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PagePlace(Uri? Link, string? Mark);
