using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// A real Modbus TCP server: modbus-serial (Node). Beside units 1 to 3 it is a gateway with troubles: unit 4 fails, 5
/// is busy, 6 knows no function, 7 has no path, 8 does not answer the gateway, 9 does not answer at all.
/// </summary>
public sealed class ModbusSerialServer : IModbusServer
{
    private readonly ModbusServerProcess _process;

    private ModbusSerialServer() => _process = new ModbusServerProcess("modbus-serial", Port, Start);

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <summary>Starts a server and waits until it takes connections.</summary>
    public static async Task<ModbusSerialServer> StartAsync()
    {
        await NodeClients.EnsureInstalledAsync();
        var server = new ModbusSerialServer();
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task SetAsync(string table, int unit, int address, params int[] values) =>
        _process.SetAsync(table, unit, address, values);

    /// <inheritdoc/>
    public Task<IReadOnlyList<int>> GetAsync(string table, int unit, int address, int count) =>
        _process.GetAsync(table, unit, address, count);

    /// <inheritdoc/>
    public Task StopAsync() => _process.StopAsync();

    /// <inheritdoc/>
    public Task RestartAsync() => _process.RestartAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("node", "nodejs"),
        [NodeClients.Script("modbus.mjs"), "--port", Port.ToString(CultureInfo.InvariantCulture)],
        new ChildProcessOptions { HasInput = true });
}
