namespace Meridian.Fixtures;

/// <summary>
/// A real nats-server with JetStream and MQTT: MQTT 3.1.1, QoS 0 and 1. Sessions and retained messages survive a
/// restart.
/// </summary>
public sealed class NatsServer : IBrokerServer
{
    private readonly TempFolder _folder = new("meridian-nats-");
    private readonly ServerProcess _process;

    private NatsServer() => _process = new ServerProcess("nats-server", Port, Start);

    /// <summary>The user name that it knows.</summary>
    public static string UserName => "alice";

    /// <summary>That user's password.</summary>
    public static string Password => "secret";

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    public static async Task<NatsServer> StartAsync()
    {
        var server = new NatsServer();
        try
        {
            await server.WriteConfigurationAsync();
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
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("nats-server", "nats-server"), ["-c", _folder.At("nats.conf")]);

    // Each subscription at QoS 1 reserves max_ack_pending of the 65,535 that a session has: 64 leave room for 1,000.
    // Port -1 is NATS' own protocol on a port of the system's choice; nobody uses it.
    private Task WriteConfigurationAsync() => File.WriteAllTextAsync(
        _folder.At("nats.conf"),
        $$"""
        host: "127.0.0.1"
        port: -1
        server_name: meridian
        max_payload: 16MB
        jetstream { store_dir: "{{_folder.At("store")}}", max_memory_store: 256MB, max_file_store: 1GB }
        authorization { user: {{UserName}}, password: {{Password}} }
        mqtt { host: "127.0.0.1", port: {{Port}}, max_ack_pending: 64 }

        """);
}
