using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// modbus-serial (Node) over TCP. Beside units 1 to 3 it is a gateway with troubles: unit 4 fails, 5 is busy, 6 knows
/// no function, 7 has no path, 8 does not answer the gateway, 9 does not answer at all.
/// </summary>
public sealed class ModbusSerialServer : ModbusServer
{
    private ModbusSerialServer()
        : base("modbus-serial")
    {
    }

    /// <summary>Starts a server and waits until it takes connections.</summary>
    public static async Task<ModbusSerialServer> StartAsync()
    {
        await NodeClients.EnsureInstalledAsync();
        return await StartAsync(new ModbusSerialServer());
    }

    private protected override ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("node", "nodejs"),
        [NodeClients.Script("modbus.mjs"), "--port", Port.ToString(CultureInfo.InvariantCulture)],
        new ChildProcessOptions { HasInput = true });
}
