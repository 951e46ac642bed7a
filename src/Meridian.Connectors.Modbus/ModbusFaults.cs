using System.Globalization;
using System.Net.Sockets;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Modbus;

/// <summary>The errors of sockets and devices in the engine's words and in the user's.</summary>
internal static class ModbusFaults
{
    private static readonly Quality BadUnknownResponse = new(0x8009_0000);

    /// <summary>A unit that did not answer in time (Bad_Timeout).</summary>
    public static Quality BadTimeout { get; } = new(0x800A_0000);

    /// <summary>A unit whose answer was no Modbus (Bad_CommunicationError).</summary>
    public static Quality BadCommunication { get; } = new(0x8005_0000);

    /// <summary>The connection could not be opened.</summary>
    /// <param name="error">What the socket threw.</param>
    /// <param name="peer">The device in words: host and port.</param>
    public static ConnectorException Opening(SocketException error, string peer) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new ConnectorException(
            Fault.Unreachable,
            $"Modbus device {peer} refuses the connection. Check that it serves Modbus TCP on settings.port and that "
            + "no other client holds the last of its connections.",
            error),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => new ConnectorException(
            Fault.Unreachable, $"The name in '{peer}' is not known on this network. Check settings.host.", error),
        _ => new ConnectorException(
            Fault.Unreachable,
            $"Modbus device {peer} cannot be reached: {error.Message.TrimEnd('.')}. Check settings.host, the cable and "
            + "the device's power.",
            error),
    };

    /// <summary>Nobody answered the call for a connection.</summary>
    public static ConnectorException OpeningTooLong(string peer, TimeSpan within) => new(
        Fault.Unreachable,
        $"Modbus device {peer} did not take the connection within {Seconds(within)}. Check settings.host, "
        + "settings.port and firewalls on the way.");

    /// <summary>The connection was lost while it was used.</summary>
    /// <param name="error">What the socket threw; null when the peer closed.</param>
    /// <param name="peer">The device in words.</param>
    public static ConnectorException Lost(Exception? error, string peer) => new(
        Fault.Unreachable,
        error is null
            ? $"Modbus device {peer} closed the connection."
            : $"The connection to Modbus device {peer} was lost: {error.Message.TrimEnd('.')}.",
        error);

    /// <summary>The connection stands, and nothing came back on it.</summary>
    public static ConnectorException NoAnswer(string peer, string units, TimeSpan within) => new(
        Fault.Unreachable,
        $"Modbus device {peer} is connected, but unit {units} does not answer within {Seconds(within)}. Check the unit "
        + "id, settings.framing and the line behind a gateway.");

    /// <summary>A test of the connection heard nothing.</summary>
    public static ConnectorException Mute(string peer, TimeSpan within) => new(
        Fault.Unreachable,
        $"Modbus device {peer} is connected, but neither unit 1 nor unit 255 answers within {Seconds(within)}. If its "
        + "units are others, test an item of one; else check settings.port and settings.framing.");

    /// <summary>What came back is no Modbus.</summary>
    public static ConnectorException Malformed(string peer, string problem) => new(
        Fault.Malformed,
        $"Modbus device {peer} sent what is no answer: {problem} Check that settings.port is a Modbus port and that "
        + "settings.framing is right.");

    /// <summary>The quality of an item whose request was refused, as OPC UA has it.</summary>
    public static Quality QualityOf(ModbusExceptionCode code) => code switch
    {
        ModbusExceptionCode.IllegalFunction => new Quality(0x803D_0000), // Bad_NotSupported
        ModbusExceptionCode.IllegalDataAddress => new Quality(0x8034_0000), // Bad_NodeIdUnknown
        ModbusExceptionCode.IllegalDataValue => new Quality(0x803C_0000), // Bad_OutOfRange
        ModbusExceptionCode.ServerDeviceFailure => new Quality(0x808B_0000), // Bad_DeviceFailure
        ModbusExceptionCode.MemoryParityError => new Quality(0x808B_0000),
        ModbusExceptionCode.Acknowledge => new Quality(0x8004_0000), // Bad_ResourceUnavailable
        ModbusExceptionCode.ServerDeviceBusy => new Quality(0x80EE_0000), // Bad_ServerTooBusy
        ModbusExceptionCode.GatewayPathUnavailable => new Quality(0x808A_0000), // Bad_NotConnected
        ModbusExceptionCode.GatewayTargetFailedToRespond => new Quality(0x8031_0000), // Bad_NoCommunication
        _ => BadUnknownResponse,
    };

    /// <summary>What a device says by an exception, as the rest of a sentence after "unit 1".</summary>
    public static string WordsOf(ModbusExceptionCode code) => string.Create(
        CultureInfo.InvariantCulture, $"{Meaning(code)} (exception {(byte)code}).");

    /// <summary>A time as people say it.</summary>
    public static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static string Meaning(ModbusExceptionCode code) => code switch
    {
        ModbusExceptionCode.IllegalFunction => "does not know the function: it has no table of this kind",
        ModbusExceptionCode.IllegalDataAddress => "has nothing at this address; look at kind, address and type",
        ModbusExceptionCode.IllegalDataValue => "does not take the request as it is, such as its count or value",
        ModbusExceptionCode.ServerDeviceFailure => "failed while it carried the request out",
        ModbusExceptionCode.Acknowledge => "has begun and is not finished",
        ModbusExceptionCode.ServerDeviceBusy => "is busy",
        ModbusExceptionCode.MemoryParityError => "found its memory damaged",
        ModbusExceptionCode.GatewayPathUnavailable => "is not reachable by the gateway: it has no path to it",
        ModbusExceptionCode.GatewayTargetFailedToRespond => "does not answer its gateway",
        _ => "refuses the request",
    };
}
