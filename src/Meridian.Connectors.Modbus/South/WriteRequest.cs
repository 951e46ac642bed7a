using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Connectors.Modbus.South;

/// <summary>Which request writes an item. Pure.</summary>
internal static class WriteRequest
{
    /// <summary>The request.</summary>
    /// <param name="settings">The item; of a kind that can be written.</param>
    /// <param name="count">How many coils or registers it takes.</param>
    /// <param name="bytes">The value on the wire, as for one coil or register.</param>
    public static ModbusRequest Of(ModbusItemSettings settings, int count, byte[] bytes)
    {
        var isSeveral = count > 1 || settings.Write == ModbusWrite.Multiple;
        var (function, values) = (settings.Kind, isSeveral) switch
        {
            (ModbusKind.Coil, false) => (ModbusFunction.WriteSingleCoil, bytes),
            (ModbusKind.Coil, true) => (ModbusFunction.WriteMultipleCoils, [bytes[0] == 0 ? (byte)0 : (byte)1]),
            (_, false) => (ModbusFunction.WriteSingleRegister, bytes),
            _ => (ModbusFunction.WriteMultipleRegisters, bytes),
        };
        return new ModbusRequest(
            (byte)settings.UnitId, function, (ushort)settings.Address, (ushort)count, values);
    }
}
