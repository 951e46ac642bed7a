using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Connectors.Modbus.South;

/// <summary>The four tables of a device (Modbus Application Protocol V1.1b3 §4.3).</summary>
public enum ModbusKind
{
    /// <summary>A bit that can be read and written; manuals number them 0xxxx.</summary>
    Coil,

    /// <summary>A bit that can be read; 1xxxx.</summary>
    DiscreteInput,

    /// <summary>A register that can be read and written; 4xxxx.</summary>
    HoldingRegister,

    /// <summary>A register that can be read; 3xxxx.</summary>
    InputRegister,
}

/// <summary>What follows from a kind.</summary>
internal static class ModbusKinds
{
    /// <summary>Whether it is a table of bits.</summary>
    public static bool IsBits(this ModbusKind kind) => kind is ModbusKind.Coil or ModbusKind.DiscreteInput;

    /// <summary>Whether it can be written.</summary>
    public static bool IsWritable(this ModbusKind kind) => kind is ModbusKind.Coil or ModbusKind.HoldingRegister;

    /// <summary>The function that reads it.</summary>
    public static ModbusFunction Read(this ModbusKind kind) => kind switch
    {
        ModbusKind.Coil => ModbusFunction.ReadCoils,
        ModbusKind.DiscreteInput => ModbusFunction.ReadDiscreteInputs,
        ModbusKind.HoldingRegister => ModbusFunction.ReadHoldingRegisters,
        _ => ModbusFunction.ReadInputRegisters,
    };

    /// <summary>Its word in the configuration.</summary>
    public static string Word(this ModbusKind kind) => kind switch
    {
        ModbusKind.Coil => "coil",
        ModbusKind.DiscreteInput => "discreteInput",
        ModbusKind.HoldingRegister => "holdingRegister",
        _ => "inputRegister",
    };
}
