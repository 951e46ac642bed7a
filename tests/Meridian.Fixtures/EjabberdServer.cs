using System.Text.RegularExpressions;

namespace Meridian.Fixtures;

/// <summary>
/// A real ejabberd with only its MQTT module: MQTT 3.1.1 and 5.0. Its sessions live in memory, its retained messages
/// and users on disk.
/// </summary>
public sealed partial class EjabberdServer : IBrokerServer
{
    private readonly TempFolder _folder = new("meridian-ejabberd-");
    private readonly ServerProcess _process;

    private EjabberdServer() => _process = new ServerProcess("ejabberd", Port, Start);

    /// <summary>The user name that it knows.</summary>
    public static string UserName => "alice@localhost";

    /// <summary>That user's password.</summary>
    public static string Password => "secret";

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <summary>The port of its WebSocket, at the path <c>/mqtt</c>.</summary>
    public int WebSocketPort { get; } = FreePort.Next();

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <summary>Starts a broker and waits until it takes connections and knows its user.</summary>
    public static async Task<EjabberdServer> StartAsync()
    {
        var server = new EjabberdServer();
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
    public async Task RestartAsync()
    {
        await _process.RestartAsync();
        await _process.Running.WaitForLineAsync(
            static line => line.Contains("alice is known", StringComparison.Ordinal), "ejabberd knows its user");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    // Without a node name: nothing listens but MQTT, and no port mapper (epmd) is left behind.
    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("erl", "ejabberd"),
        [
            "-noinput",
            "-mnesia", "dir", $"\"{_folder.At("database")}\"",
            "-s", "ejabberd",
            "-eval", """
                ejabberd_auth:try_register(<<"alice">>, <<"localhost">>, <<"secret">>), io:format("alice is known~n").
                """,
        ],
        new ChildProcessOptions
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ERL_LIBS"] = Libraries(),
                ["EJABBERD_CONFIG_PATH"] = _folder.At("ejabberd.yml"),
                ["EJABBERD_LOG_PATH"] = _folder.At("ejabberd.log"),
                ["ERL_CRASH_DUMP_BYTES"] = "0",
                ["HOME"] = _folder.Path,
            },
        });

    private Task WriteConfigurationAsync() => File.WriteAllTextAsync(
        _folder.At("ejabberd.yml"),
        $$"""
        loglevel: info
        log_rotate_count: 0
        hosts:
          - localhost
        auth_method: internal
        listen:
          -
            port: {{Port}}
            ip: "127.0.0.1"
            module: mod_mqtt
          -
            port: {{WebSocketPort}}
            ip: "127.0.0.1"
            module: ejabberd_http
            request_handlers:
              /mqtt: mod_mqtt
        modules:
          mod_mqtt:
            max_queue: unlimited
            match_retained_limit: infinity
            session_expiry: 1 hour

        """);

    /// <summary>Where the package keeps ejabberd's modules differs per architecture; its own script says it.</summary>
    private static string Libraries() => LibrariesLine()
        .Match(File.ReadAllText(ServersInstalled.Require("ejabberdctl", "ejabberd")))
        .Groups["path"].Value;

    [GeneratedRegex(
        "^ERL_LIBS='(?<path>[^']+)'",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex LibrariesLine();
}
