namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>
/// Why a device refuses a request (Modbus Application Protocol V1.1b3 §7). A device may send others, too.
/// </summary>
internal enum ModbusExceptionCode : byte
{
    /// <summary>No exception: the request was carried out.</summary>
    None = 0,

    /// <summary>The device does not know the function.</summary>
    IllegalFunction = 1,

    /// <summary>An address among those asked for does not exist.</summary>
    IllegalDataAddress = 2,

    /// <summary>The request's own form is wrong, such as its count; not the value of a register.</summary>
    IllegalDataValue = 3,

    /// <summary>The device failed while it carried the request out.</summary>
    ServerDeviceFailure = 4,

    /// <summary>The device has begun and will take long.</summary>
    Acknowledge = 5,

    /// <summary>The device is at something long; ask later.</summary>
    ServerDeviceBusy = 6,

    /// <summary>The device's extended memory failed its check.</summary>
    MemoryParityError = 8,

    /// <summary>The gateway has no path to the unit.</summary>
    GatewayPathUnavailable = 0x0A,

    /// <summary>The unit behind the gateway did not answer it.</summary>
    GatewayTargetFailedToRespond = 0x0B,
}
