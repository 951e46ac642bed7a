namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>The public function codes spoken here (Modbus Application Protocol V1.1b3 §5.1).</summary>
internal enum ModbusFunction : byte
{
    /// <summary>No function: the specification reserves 0 (§4.1).</summary>
    None = 0,

    /// <summary>§6.1.</summary>
    ReadCoils = 1,

    /// <summary>§6.2.</summary>
    ReadDiscreteInputs = 2,

    /// <summary>§6.3.</summary>
    ReadHoldingRegisters = 3,

    /// <summary>§6.4.</summary>
    ReadInputRegisters = 4,

    /// <summary>§6.5.</summary>
    WriteSingleCoil = 5,

    /// <summary>§6.6.</summary>
    WriteSingleRegister = 6,

    /// <summary>§6.11.</summary>
    WriteMultipleCoils = 15,

    /// <summary>§6.12.</summary>
    WriteMultipleRegisters = 16,

    /// <summary>§6.21, of the encapsulated interface transport §6.19.</summary>
    ReadDeviceIdentification = 43,
}

/// <summary>What a function is about.</summary>
internal static class ModbusFunctions
{
    /// <summary>Whether it reads bits, packed eight to a byte.</summary>
    public static bool ReadsBits(this ModbusFunction function) =>
        function is ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs;

    /// <summary>Whether it reads registers, two bytes each.</summary>
    public static bool ReadsRegisters(this ModbusFunction function) =>
        function is ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters;

    /// <summary>Whether it writes one coil or register.</summary>
    public static bool WritesOne(this ModbusFunction function) =>
        function is ModbusFunction.WriteSingleCoil or ModbusFunction.WriteSingleRegister;

    /// <summary>Whether it writes several coils or registers.</summary>
    public static bool WritesSeveral(this ModbusFunction function) =>
        function is ModbusFunction.WriteMultipleCoils or ModbusFunction.WriteMultipleRegisters;

    /// <summary>How many coils or registers one request may name (§6.1 to §6.12).</summary>
    public static int MaxCount(this ModbusFunction function) => function switch
    {
        ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs => ModbusLimits.MaxBitsPerRead,
        ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters => ModbusLimits.MaxRegistersPerRead,
        ModbusFunction.WriteMultipleCoils => ModbusLimits.MaxBitsPerWrite,
        ModbusFunction.WriteMultipleRegisters => ModbusLimits.MaxRegistersPerWrite,
        _ => 1,
    };

    /// <summary>How many bytes hold so many coils or registers.</summary>
    public static int BytesOf(this ModbusFunction function, int count) =>
        function.ReadsBits() || function == ModbusFunction.WriteMultipleCoils ? (count + 7) / 8 : 2 * count;
}
