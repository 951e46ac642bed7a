using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;

namespace Meridian.Transforms;

/// <summary>A reading on its way through a chain, with its origin.</summary>
/// <param name="Reading">The reading, as the transforms so far left it.</param>
/// <param name="Position">
/// Its position in the journal; for a derived one, the position of the reading that made it leave.
/// </param>
/// <param name="South">The name of the South it came from.</param>
/// <param name="Group">The group of its item; null when it has none.</param>
/// <param name="IsDerived">Whether a transform made it, so that no position stands for it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TransformEntry(
    Reading Reading, long Position, string South, string? Group = null, bool IsDerived = false);
