using System.Runtime.InteropServices;

namespace Meridian.Engine.Telemetry;

/// <summary>How far a North is behind the journal's end.</summary>
/// <param name="Bytes">Bytes of the journal, estimated.</param>
/// <param name="Time">For how long the oldest datum has been on disk.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NorthLag(long Bytes, TimeSpan Time);
