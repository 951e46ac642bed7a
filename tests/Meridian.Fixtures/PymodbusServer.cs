using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// A real Modbus server: pymodbus 3.0 (Python), over TCP with either framing. Other units do not answer.
/// </summary>
public sealed class PymodbusServer : IModbusServer
{
    private readonly ModbusServerProcess _process;
    private readonly bool _isRtu;

    private PymodbusServer(bool isRtu)
    {
        _isRtu = isRtu;
        _process = new ModbusServerProcess("pymodbus", Port, Start);
    }

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <summary>Starts a server and waits until it takes connections.</summary>
    /// <param name="isRtu">Whether its frames are those of RTU.</param>
    public static async Task<PymodbusServer> StartAsync(bool isRtu)
    {
        var server = new PymodbusServer(isRtu);
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

    // Debian's package is for Debian's Python; another one earlier on PATH does not see it.
    private ChildProcess Start() => ChildProcess.Start(
        File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : ServersInstalled.Require("python3", "python3-pymodbus"),
        [
            "-u", Path.Combine(RepositoryRoot.Path, "tests", "Meridian.Fixtures", "python", "pymodbus_server.py"),
            "--port", Port.ToString(CultureInfo.InvariantCulture), .. _isRtu ? ["--rtu"] : Array.Empty<string>(),
        ],
        new ChildProcessOptions { HasInput = true });
}
