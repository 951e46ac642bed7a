using System.Runtime.InteropServices;

namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>A request to one unit.</summary>
/// <param name="UnitId">The unit it is for.</param>
/// <param name="Function">What it shall do.</param>
/// <param name="Address">The first coil or register, from 0; of an identification the first object.</param>
/// <param name="Count">How many; 1 for a function that writes one.</param>
/// <param name="Values">
/// What is written, as on the wire: coils packed from the lowest bit, registers high byte first, one coil as FF00 or
/// 0000. Empty for a read. Lent.
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ModbusRequest(
    byte UnitId, ModbusFunction Function, ushort Address, ushort Count, ReadOnlyMemory<byte> Values = default);
