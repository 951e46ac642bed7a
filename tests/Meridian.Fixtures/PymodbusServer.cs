using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>pymodbus 3.0 (Python), over TCP with either framing. Units beside 1 to 3 do not answer.</summary>
public sealed class PymodbusServer : ModbusServer
{
    private readonly bool _isRtu;

    private PymodbusServer(bool isRtu)
        : base("pymodbus") => _isRtu = isRtu;

    /// <summary>Starts a server and waits until it takes connections.</summary>
    /// <param name="isRtu">Whether its frames are those of RTU.</param>
    public static Task<PymodbusServer> StartAsync(bool isRtu) => StartAsync(new PymodbusServer(isRtu));

    // Debian's package is for Debian's Python; another one earlier on PATH does not see it.
    private protected override ChildProcess Start() => ChildProcess.Start(
        File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : ServersInstalled.Require("python3", "python3-pymodbus"),
        [
            "-u", Path.Combine(RepositoryRoot.Path, "tests", "Meridian.Fixtures", "python", "pymodbus_server.py"),
            "--port", Port.ToString(CultureInfo.InvariantCulture), .. _isRtu ? ["--rtu"] : Array.Empty<string>(),
        ],
        new ChildProcessOptions { HasInput = true });
}
