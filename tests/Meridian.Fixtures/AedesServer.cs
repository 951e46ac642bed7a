using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>A real aedes (Node): MQTT 3.1 and 3.1.1. All that it knows lives in memory and ends with it.</summary>
public sealed class AedesServer : IBrokerServer
{
    private readonly ServerProcess _process;

    private AedesServer() => _process = new ServerProcess("aedes", Port, Start);

    /// <summary>The user name that it knows.</summary>
    public static string UserName => "alice";

    /// <summary>That user's password.</summary>
    public static string Password => "secret";

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    public static async Task<AedesServer> StartAsync()
    {
        await NodeClients.EnsureInstalledAsync();
        var server = new AedesServer();
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
    public Task StopAsync() => _process.EndAsync(Signal.Terminate);

    /// <inheritdoc/>
    public Task RestartAsync() => _process.RestartAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("node", "nodejs"),
        [
            NodeClients.Script("aedes.mjs"), "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--user", UserName, "--password", Password,
        ]);
}
