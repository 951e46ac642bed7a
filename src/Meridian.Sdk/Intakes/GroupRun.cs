using System.Runtime.InteropServices;

namespace Meridian.Sdk.Intakes;

/// <summary>Readings in a row whose items belong to one group.</summary>
/// <param name="Count">How many, at least 1.</param>
/// <param name="Group">The group, as in <see cref="South.Item.Group"/>; null for none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GroupRun(int Count, string? Group);
