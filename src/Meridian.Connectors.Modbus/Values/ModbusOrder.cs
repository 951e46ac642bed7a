namespace Meridian.Connectors.Modbus.Values;

/// <summary>
/// In which order the bytes of a number lie, from the lowest address on; A is the most significant of four. Eight bytes
/// follow the same rule.
/// </summary>
public enum ModbusOrder
{
    /// <summary>High register first, high byte first: the specification's own order within a register.</summary>
    Abcd,

    /// <summary>High register first, low byte first.</summary>
    Badc,

    /// <summary>Low register first, high byte first.</summary>
    Cdab,

    /// <summary>Low register first, low byte first.</summary>
    Dcba,
}

/// <summary>The two halves of an order.</summary>
internal static class ModbusOrders
{
    /// <summary>Whether the low byte of each register comes first.</summary>
    public static bool SwapsBytes(this ModbusOrder order) => order is ModbusOrder.Badc or ModbusOrder.Dcba;

    /// <summary>Whether the low register comes first.</summary>
    public static bool SwapsWords(this ModbusOrder order) => order is ModbusOrder.Cdab or ModbusOrder.Dcba;
}
