using System.Diagnostics;
using System.Runtime.InteropServices;
using Meridian.Connectors.Modbus.South;

namespace Meridian.Connectors.Modbus.Values;

/// <summary>How a value lies in its coils or registers: an item's settings with all defaults filled in.</summary>
/// <param name="Type">The type; never <see cref="ModbusType.Auto"/>.</param>
/// <param name="IsBitTable">Whether it is a coil or discrete input.</param>
/// <param name="Order">The order of bytes and registers.</param>
/// <param name="Bit">Which bit of a register; -1 for none.</param>
/// <param name="LengthBytes">How many bytes a text has; 0 for none.</param>
/// <param name="Encoding">How a text is written.</param>
/// <param name="Scale">The factor.</param>
/// <param name="Offset">What is added after it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RegisterFormat(
    ModbusType Type,
    bool IsBitTable,
    ModbusOrder Order,
    int Bit,
    int LengthBytes,
    ModbusTextEncoding Encoding,
    double Scale,
    double Offset)
{
    /// <summary>How many coils or registers it takes.</summary>
    public int Count => IsBitTable ? 1 : CountOf(Type, LengthBytes);

    /// <summary>Whether the value is another number than the raw one.</summary>
    public bool IsScaled => !(Scale.Equals(1d) && Offset.Equals(0d));

    /// <summary>The format of an item.</summary>
    /// <param name="settings">The item's settings.</param>
    /// <param name="order">The South's order.</param>
    public static RegisterFormat Of(ModbusItemSettings settings, ModbusOrder order) => new(
        TypeOf(settings),
        settings.Kind.IsBits(),
        settings.Order ?? order,
        settings.Bit ?? -1,
        settings.Length ?? 0,
        settings.Encoding,
        settings.Scale,
        settings.Offset);

    /// <summary>The type that the settings mean.</summary>
    public static ModbusType TypeOf(ModbusItemSettings settings) =>
        settings.Type != ModbusType.Auto ? settings.Type
        : settings.Kind.IsBits() || settings.Bit is not null ? ModbusType.Bool
        : ModbusType.Uint16;

    /// <summary>How many registers a type takes.</summary>
    public static int CountOf(ModbusType type, int lengthBytes) => type switch
    {
        ModbusType.Bool or ModbusType.Int16 or ModbusType.Uint16 => 1,
        ModbusType.Int32 or ModbusType.Uint32 or ModbusType.Float32 => 2,
        ModbusType.Int64 or ModbusType.Uint64 or ModbusType.Float64 => 4,
        ModbusType.String => (lengthBytes + 1) / 2,
        _ => throw new UnreachableException($"{type} is made a real type before."),
    };
}
