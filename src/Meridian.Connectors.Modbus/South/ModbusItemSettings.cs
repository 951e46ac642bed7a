using System.ComponentModel.DataAnnotations;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Modbus.South;

/// <summary>The settings of one item of the Modbus South: where a value lies and how it is written there.</summary>
public sealed record ModbusItemSettings
{
    /// <summary>
    /// The unit: the device itself, or the one behind a gateway. 1 to 247, or 255, by which many devices mean
    /// themselves.
    /// </summary>
    /// <value>1.</value>
    [Range(1, 255)]
    public int UnitId { get; init; } = 1;

    /// <summary>The table it lies in.</summary>
    public required ModbusKind Kind { get; init; }

    /// <summary>
    /// The address as it is sent, from 0. Manuals that number registers from 40001 (or 400001) mean the holding
    /// register with address 0; those that write 0x0010 mean 16.
    /// </summary>
    [Range(0, 65_535)]
    public required int Address { get; init; }

    /// <summary>What lies there.</summary>
    /// <value>auto: bool for a coil, a discrete input or a bit, uint16 for a register.</value>
    public ModbusType Type { get; init; } = ModbusType.Auto;

    /// <summary>Which bit of one register, 0 the lowest; it reads as true or false.</summary>
    [Range(0, 15)]
    public int? Bit { get; init; }

    /// <summary>
    /// How many bytes a text has, two to a register. It ends at the first byte 0, without spaces behind.
    /// </summary>
    [Range(1, 250)]
    [Unit("bytes")]
    [VisibleWhen(nameof(Type), ModbusType.String, IsRequired = true)]
    public int? Length { get; init; }

    /// <summary>How a text is written in bytes.</summary>
    /// <value>utf8, and with it ASCII.</value>
    [VisibleWhen(nameof(Type), ModbusType.String)]
    public ModbusTextEncoding Encoding { get; init; } = ModbusTextEncoding.Utf8;

    /// <summary>The order of bytes and registers, where it is not the South's.</summary>
    /// <value>That of the South's <c>order</c>.</value>
    public ModbusOrder? Order { get; init; }

    /// <summary>
    /// The factor from the raw number to the value; with it or an offset the value is a floating-point number.
    /// </summary>
    /// <value>1.</value>
    public double Scale { get; init; } = 1;

    /// <summary>What is added after the factor.</summary>
    /// <value>0.</value>
    public double Offset { get; init; }

    /// <summary>How setpoints are written; the item is written to only where it has a <c>setpoint</c>.</summary>
    /// <value>auto.</value>
    public ModbusWrite Write { get; init; } = ModbusWrite.Auto;
}

/// <summary>With which functions a device is written to.</summary>
public enum ModbusWrite
{
    /// <summary>One coil or register with function 5 or 6, several registers with 16.</summary>
    Auto,

    /// <summary>Also one coil or register with function 15 or 16, for devices that know no other.</summary>
    Multiple,
}
