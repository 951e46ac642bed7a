namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>How requests and answers are framed on the connection.</summary>
public enum ModbusFraming
{
    /// <summary>Modbus TCP: each frame has a header with a transaction identifier.</summary>
    Tcp,

    /// <summary>
    /// The serial line's frames with their checksum, sent over TCP, as simple converters from Ethernet to RS-485 do.
    /// </summary>
    RtuOverTcp,
}
