using System.ComponentModel.DataAnnotations;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Modbus.South;

/// <summary>The settings of the Modbus South.</summary>
public sealed record ModbusSouthSettings
{
    /// <summary>The name or address of the device or gateway.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    /// <value>502.</value>
    [Range(1, 65_535)]
    public int Port { get; init; } = 502;

    /// <summary>How requests are framed.</summary>
    /// <value>tcp.</value>
    public ModbusFraming Framing { get; init; } = ModbusFraming.Tcp;

    /// <summary>How long connecting may take.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "100 ms", "5 min")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a unit may take for one answer. Behind a gateway it should be longer than the gateway's own limit, so
    /// that the gateway can say which unit is silent.
    /// </summary>
    /// <value>1 s.</value>
    [Range(typeof(TimeSpan), "10 ms", "5 min")]
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often a unit that does not answer, or is busy, is asked again within a query. One that stayed silent is
    /// asked once a query until it answers.
    /// </summary>
    /// <value>1.</value>
    [Range(0, 10)]
    public int Retries { get; init; } = 1;

    /// <summary>The order of bytes and registers in numbers, where an item says no other.</summary>
    /// <value>abcd.</value>
    public ModbusOrder Order { get; init; } = ModbusOrder.Abcd;

    /// <summary>
    /// How many registers between two items may be read in vain to save a request. 0 reads only what items name; needed
    /// where reading a register does something.
    /// </summary>
    /// <value>8 registers.</value>
    [Range(0, 123)]
    [Unit("registers")]
    [Group("Requests")]
    public int RegisterGap { get; init; } = 8;

    /// <summary>The same for coils and discrete inputs.</summary>
    /// <value>64 bits.</value>
    [Range(0, 1_998)]
    [Unit("bits")]
    [Group("Requests")]
    public int BitGap { get; init; } = 64;

    /// <summary>How many registers one request may ask for; less for devices that take less.</summary>
    /// <value>125 registers, what the specification allows.</value>
    [Range(1, ModbusLimits.MaxRegistersPerRead)]
    [Unit("registers")]
    [Group("Requests")]
    public int MaxRegisters { get; init; } = ModbusLimits.MaxRegistersPerRead;

    /// <summary>How many coils or discrete inputs one request may ask for.</summary>
    /// <value>2,000 bits, what the specification allows.</value>
    [Range(1, ModbusLimits.MaxBitsPerRead)]
    [Unit("bits")]
    [Group("Requests")]
    public int MaxBits { get; init; } = ModbusLimits.MaxBitsPerRead;

    /// <summary>The rest between an answer and the next request, for devices that need one.</summary>
    /// <value>0 s.</value>
    [Range(typeof(TimeSpan), "0 s", "10 s")]
    [Group("Requests")]
    public TimeSpan Pause { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// How many requests may be on their way at once. Above 1 only with framing tcp and a device that says it takes
    /// them.
    /// </summary>
    /// <value>1.</value>
    [Range(1, 32)]
    [Unit("requests")]
    [Group("Requests")]
    public int Pipelining { get; init; } = 1;

    /// <summary>
    /// Whether the connection stays between queries. False gives it back, for devices that serve few connections.
    /// </summary>
    /// <value>true.</value>
    public bool KeepConnection { get; init; } = true;
}
