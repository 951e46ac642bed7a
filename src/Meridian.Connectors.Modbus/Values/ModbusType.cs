using System.Diagnostics.CodeAnalysis;

namespace Meridian.Connectors.Modbus.Values;

/// <summary>What the registers of an item hold.</summary>
[SuppressMessage(
    "Naming",
    "CA1720:Identifier contains type name",
    Justification = "The kinds are types; any other word would hide which one.")]
public enum ModbusType
{
    /// <summary>bool for a coil, a discrete input and a bit of a register; uint16 for a register.</summary>
    Auto,

    /// <summary>True or false: a coil, a discrete input, or one bit of a register.</summary>
    Bool,

    /// <summary>A signed integer in one register.</summary>
    Int16,

    /// <summary>An unsigned integer in one register.</summary>
    Uint16,

    /// <summary>A signed integer in two registers.</summary>
    Int32,

    /// <summary>An unsigned integer in two registers.</summary>
    Uint32,

    /// <summary>A signed integer in four registers.</summary>
    Int64,

    /// <summary>An unsigned integer in four registers.</summary>
    Uint64,

    /// <summary>A floating-point number (IEEE 754) in two registers.</summary>
    Float32,

    /// <summary>A floating-point number (IEEE 754) in four registers.</summary>
    Float64,

    /// <summary>Text, two bytes to a register.</summary>
    String,
}
