namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>The sizes that the specification sets (Modbus Application Protocol V1.1b3).</summary>
internal static class ModbusLimits
{
    /// <summary>The longest PDU, function code included (§4.1).</summary>
    public const int MaxPduBytes = 253;

    /// <summary>
    /// The longest frame of either kind: MBAP header of 7 bytes and PDU (Modbus Messaging on TCP/IP V1.0b §4.1).
    /// </summary>
    public const int MaxAduBytes = 260;

    /// <summary>Registers in one read (§6.3, §6.4).</summary>
    public const int MaxRegistersPerRead = 125;

    /// <summary>Coils or discrete inputs in one read (§6.1, §6.2).</summary>
    public const int MaxBitsPerRead = 2_000;

    /// <summary>Registers in one write (§6.12).</summary>
    public const int MaxRegistersPerWrite = 123;

    /// <summary>Coils in one write (§6.11).</summary>
    public const int MaxBitsPerWrite = 1_968;

    /// <summary>Addresses of each kind, from 0 (§4.3).</summary>
    public const int AddressCount = 65_536;
}
