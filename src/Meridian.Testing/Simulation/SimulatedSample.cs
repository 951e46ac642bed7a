using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;

namespace Meridian.Testing.Simulation;

/// <summary>A sample as a source keeps it.</summary>
/// <param name="Reading">What it holds; its timestamp is when it held.</param>
/// <param name="Arrival">When the source had it; later than the timestamp for a late one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SimulatedSample(Reading Reading, DateTimeOffset Arrival);
