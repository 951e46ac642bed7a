using System.Runtime.InteropServices;
using Meridian.Connectors.Modbus.South;

namespace Meridian.Connectors.Modbus.Planning;

/// <summary>What a request may ask for.</summary>
/// <param name="MaxRegisters">Registers in one request.</param>
/// <param name="MaxBits">Coils or discrete inputs in one request.</param>
/// <param name="RegisterGap">Registers between two items that may be read in vain.</param>
/// <param name="BitGap">The same for bits.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlanLimits(int MaxRegisters, int MaxBits, int RegisterGap, int BitGap)
{
    /// <summary>The limits that the settings set.</summary>
    public static PlanLimits Of(ModbusSouthSettings settings) =>
        new(settings.MaxRegisters, settings.MaxBits, settings.RegisterGap, settings.BitGap);

    /// <summary>How many of a kind one request may ask for.</summary>
    public int MaxOf(ModbusKind kind) => kind.IsBits() ? MaxBits : MaxRegisters;

    /// <summary>How many of a kind may be read in vain between two items.</summary>
    public int GapOf(ModbusKind kind) => kind.IsBits() ? BitGap : RegisterGap;
}
