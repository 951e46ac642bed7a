using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// A real RabbitMQ with its MQTT plugin: MQTT 3.1 and 3.1.1, QoS 0 and 1. Sessions and retained messages survive a
/// restart. Its start takes ten seconds and more: share one among the tests of a class.
/// </summary>
public sealed class RabbitMqServer : IBrokerServer
{
    private readonly TempFolder _folder = new("meridian-rabbitmq-");
    private readonly ServerProcess _process;
    private readonly int _mapperPort = FreePort.Next();
    private readonly int _nodePort = FreePort.Next();
    private ServerProcess? _mapper;

    private RabbitMqServer() => _process = new ServerProcess("RabbitMQ", Port, Start);

    /// <summary>The user name that it knows.</summary>
    public static string UserName => "alice";

    /// <summary>That user's password.</summary>
    public static string Password => "secret";

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    public static async Task<RabbitMqServer> StartAsync()
    {
        var server = new RabbitMqServer();
        try
        {
            await server.WriteConfigurationAsync();
            await server.StartMapperAsync();
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
        if (_mapper is not null)
        {
            await _mapper.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>
    /// RabbitMQ cannot do without Erlang's port mapper and would start one that stays for ever; it finds this one.
    /// </summary>
    private Task StartMapperAsync()
    {
        _mapper = new ServerProcess("epmd", _mapperPort, () => ChildProcess.Start(
            ServersInstalled.Require("epmd", "rabbitmq-server"),
            ["-port", Text(_mapperPort), "-address", "127.0.0.1"]));
        return _mapper.RestartAsync();
    }

    // The script itself, not the wrapper in /usr/sbin: that one insists on the user and the folders of the service.
    // "Under systemd" means that the script becomes the server, which then hears the signals itself.
    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server"),
        [],
        new ChildProcessOptions
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["RUNNING_UNDER_SYSTEMD"] = "true",
                ["HOME"] = _folder.Path,
                ["ERL_EPMD_PORT"] = Text(_mapperPort),
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODENAME"] = "meridian@localhost",
                ["RABBITMQ_DIST_PORT"] = Text(_nodePort),
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
                ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
                ["RABBITMQ_CONFIG_FILE"] = _folder.At("rabbitmq.conf"),
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = _folder.At("advanced.config"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder.At("enabled_plugins"),
                ["RABBITMQ_FEATURE_FLAGS_FILE"] = _folder.At("feature_flags"),
                ["RABBITMQ_GENERATED_CONFIG_DIR"] = _folder.At("generated"),
                ["RABBITMQ_SCHEMA_DIR"] = _folder.At("schema"),
                ["RABBITMQ_MNESIA_BASE"] = _folder.At("database"),
                ["RABBITMQ_LOG_BASE"] = _folder.At("log"),
                ["RABBITMQ_PID_FILE"] = _folder.At("pid"),
                ["RABBITMQ_LOGS"] = "-",
            },
        });

    private async Task WriteConfigurationAsync()
    {
        await File.WriteAllTextAsync(_folder.At("enabled_plugins"), "[rabbitmq_mqtt].\n");
        await File.WriteAllTextAsync(
            _folder.At("rabbitmq.conf"),
            $"""
            listeners.tcp = none
            default_user = {UserName}
            default_pass = {Password}
            mqtt.listeners.tcp.1 = 127.0.0.1:{Port}
            mqtt.allow_anonymous = false
            mqtt.retained_message_store = rabbit_mqtt_retained_msg_store_dets
            log.console = true
            log.console.level = info
            log.file = false

            """);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
