using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.South;
using Meridian.Fixtures;

namespace Meridian.Connectors.Modbus.Tests.South;

/// <summary>The servers that tests run against, written by nobody here.</summary>
public enum PeerKind
{
    ModbusSerial,
    Pymodbus,
    PymodbusRtuOverTcp,
}

internal static class PeerKinds
{
    public static async Task<ModbusServer> StartAsync(this PeerKind kind) => kind == PeerKind.ModbusSerial
        ? await ModbusSerialServer.StartAsync()
        : await PymodbusServer.StartAsync(isRtu: kind == PeerKind.PymodbusRtuOverTcp);

    public static ModbusSouthSettings SettingsOf(this PeerKind kind, int port) => SouthRig.SettingsOf(port) with
    {
        Framing = kind == PeerKind.PymodbusRtuOverTcp ? ModbusFraming.RtuOverTcp : ModbusFraming.Tcp,
        ResponseTimeout = TimeSpan.FromSeconds(2),
    };
}
