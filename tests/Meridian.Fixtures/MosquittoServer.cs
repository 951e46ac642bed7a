using System.Net.Sockets;

namespace Meridian.Fixtures;

/// <summary>
/// A real mosquitto on 127.0.0.1 with a folder of its own. It never drops what waits for a stopped subscriber
/// (max_queued_messages 0). One caller at a time.
/// </summary>
public sealed class MosquittoServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new("meridian-mosquitto-", isOpenToAll: true);
    private ChildProcess? _process;

    private MosquittoServer()
    {
    }

    /// <summary>The port it listens on, the same after each restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Its process id; changes with a restart.</summary>
    public int ProcessId => Running.Id;

    /// <summary>What it has used since its last start.</summary>
    public ProcessFigures Figures => Running.Figures;

    /// <summary>What it wrote since its last start, for the message of a failure.</summary>
    public string Log => _process?.Log ?? string.Empty;

    private ChildProcess Running => _process ?? throw new InvalidOperationException("mosquitto is stopped.");

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    /// <param name="options">How; null means the defaults.</param>
    public static async Task<MosquittoServer> StartAsync(MosquittoServerOptions? options = null)
    {
        options ??= new MosquittoServerOptions();
        var server = new MosquittoServer();
        try
        {
            await server.WriteConfigurationAsync(options);
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it in order (SIGTERM); what is persistent is saved.</summary>
    public Task StopAsync() => EndAsync(Signal.Terminate);

    /// <summary>Ends it at once (SIGKILL).</summary>
    public Task KillAsync() => EndAsync(Signal.Kill);

    /// <summary>Starts it again on the same port with the same data; stops it first if it runs.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _process = ChildProcess.Start(
            ServersInstalled.Require("mosquitto", "mosquitto"), ["-c", _folder.At("mosquitto.conf")]);
        await Deadline.UntilAsync(TakesConnectionsAsync, $"mosquitto on port {Port} takes connections");
    }

    /// <summary>Waits until the broker has taken a client's subscription.</summary>
    /// <param name="clientId">The client's id.</param>
    /// <param name="topicFilter">The filter as it was subscribed to.</param>
    public Task WaitUntilSubscribedAsync(string clientId, string topicFilter) => Running.WaitForLineAsync(
        line => line.Contains($": {clientId} ", StringComparison.Ordinal)
            && line.EndsWith($" {topicFilter}", StringComparison.Ordinal),
        $"client {clientId} has subscribed to {topicFilter}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }

        _folder.Dispose();
    }

    private async Task EndAsync(Signal signal)
    {
        if (_process is null)
        {
            return;
        }

        _process.Send(signal);
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    private async Task<bool> TakesConnectionsAsync()
    {
        if (Running.HasEnded)
        {
            throw new InvalidOperationException($"mosquitto ended at its start:\n{Log}");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task WriteConfigurationAsync(MosquittoServerOptions options)
    {
        var passwords = _folder.At("passwords");
        foreach (var (user, password) in options.Users)
        {
            await ChildProcess.RunAsync(
                ServersInstalled.Require("mosquitto_passwd", "mosquitto"),
                File.Exists(passwords) ? ["-b", passwords, user, password] : ["-c", "-b", passwords, user, password]);
        }

        // As root mosquitto would drop to a user that cannot write here.
        // The log goes to the unbuffered stream, so that a subscription is heard when it happens.
        await File.WriteAllTextAsync(
            _folder.At("mosquitto.conf"),
            $"""
            {(Environment.IsPrivilegedProcess ? "user root" : string.Empty)}
            persistence {(options.IsPersistent ? "true" : "false")}
            persistence_location {_folder.Path}/
            max_queued_messages 0
            max_inflight_messages {options.MaxInflightMessages}
            log_dest stderr
            log_type error
            log_type warning
            log_type notice
            log_type information
            log_type subscribe
            listener {Port} 127.0.0.1
            {(options.Users.Count == 0 ? "allow_anonymous true" : $"allow_anonymous false\npassword_file {passwords}")}
            {options.ExtraText}

            """);
    }
}

/// <summary>How a <see cref="MosquittoServer"/> is set up.</summary>
public sealed record MosquittoServerOptions
{
    /// <summary>Whether sessions and retained messages survive a restart. After a kill, what was saved last.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>How many QoS 1 and 2 messages may be under way to one client.</summary>
    /// <value>1,000; mosquitto's own default is 20.</value>
    public int MaxInflightMessages { get; init; } = 1_000;

    /// <summary>User names with their passwords; empty lets everyone in.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>More lines of its configuration, such as a bridge's section.</summary>
    public string ExtraText { get; init; } = string.Empty;
}
