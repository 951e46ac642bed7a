namespace Meridian.Fixtures;

/// <summary>
/// A real mosquitto on 127.0.0.1 with a folder of its own. It never drops what waits for a stopped subscriber
/// (max_queued_messages 0). One caller at a time.
/// </summary>
public sealed class MosquittoServer : IBrokerServer
{
    private readonly TempFolder _folder = new("meridian-mosquitto-", isOpenToAll: true);
    private readonly MosquittoServerOptions _options;
    private readonly ServerProcess _process;

    private string Passwords => _folder.At("passwords");

    private MosquittoServer(MosquittoServerOptions options)
    {
        _options = options;
        _process = new ServerProcess("mosquitto", Port, Start);
    }

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <summary>Its process id; changes with a restart.</summary>
    public int ProcessId => _process.Running.Id;

    /// <summary>What it has used since its last start.</summary>
    public ProcessFigures Figures => _process.Running.Figures;

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    /// <param name="options">How; null means the defaults.</param>
    public static async Task<MosquittoServer> StartAsync(MosquittoServerOptions? options = null)
    {
        var server = new MosquittoServer(options ?? new MosquittoServerOptions());
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

    /// <summary>Ends it at once (SIGKILL).</summary>
    public Task KillAsync() => _process.EndAsync(Signal.Kill);

    /// <inheritdoc/>
    public async Task RestartAsync()
    {
        await _process.RestartAsync();
        await (_options.Listeners?.WaitAsync() ?? Task.CompletedTask);
    }

    /// <summary>Waits until the broker has taken a client's subscription.</summary>
    /// <param name="clientId">The client's id.</param>
    /// <param name="topicFilter">The filter as it was subscribed to.</param>
    public Task WaitUntilSubscribedAsync(string clientId, string topicFilter) => _process.Running.WaitForLineAsync(
        line => line.Contains($": {clientId} ", StringComparison.Ordinal)
            && line.EndsWith($" {topicFilter}", StringComparison.Ordinal),
        $"client {clientId} has subscribed to {topicFilter}");

    /// <summary>
    /// Gives a user another password while it runs, as its operator does: the file is written and read anew (SIGHUP).
    /// Who is connected stays so.
    /// </summary>
    /// <param name="user">The user; there must be some in the options, or everyone is let in.</param>
    /// <param name="password">The password.</param>
    public async Task ChangePasswordAsync(string user, string password)
    {
        await WritePasswordAsync(user, password);
        _process.Running.Send(Signal.HangUp);
        await _process.Running.WaitForLineAsync(
            static line => line.EndsWith("Reloading config.", StringComparison.Ordinal), "mosquitto reads its files");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("mosquitto", "mosquitto"),
        ["-c", _folder.At("mosquitto.conf")],
        new ChildProcessOptions { OnLine = _options.OnLine });

    private async Task WritePasswordAsync(string user, string password) => await ChildProcess.RunAsync(
        ServersInstalled.Require("mosquitto_passwd", "mosquitto"),
        File.Exists(Passwords) ? ["-b", Passwords, user, password] : ["-c", "-b", Passwords, user, password]);

    private async Task WriteConfigurationAsync()
    {
        foreach (var (user, password) in _options.Users)
        {
            await WritePasswordAsync(user, password);
        }

        // As root mosquitto would drop to a user that cannot write here.
        // The log goes to the unbuffered stream, so that a subscription is heard when it happens.
        await File.WriteAllTextAsync(
            _folder.At("mosquitto.conf"),
            $"""
            {(Environment.IsPrivilegedProcess ? "user root" : string.Empty)}
            persistence {(_options.IsPersistent ? "true" : "false")}
            persistence_location {_folder.Path}/
            max_queued_messages 0
            max_inflight_messages {_options.MaxInflightMessages}
            log_dest stderr
            log_type error
            log_type warning
            log_type notice
            log_type information
            log_type subscribe
            {_options.GlobalText}
            listener {Port} 127.0.0.1
            {(_options.Users.Count == 0 ? "allow_anonymous true" : $"allow_anonymous false\npassword_file {Passwords}")}
            {_options.Listeners?.Text}
            {_options.ExtraText}

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

    /// <summary>What it listens on beside plain TCP; null for nothing. Stays the caller's.</summary>
    public MosquittoListeners? Listeners { get; init; }

    /// <summary>
    /// Hears every line that it writes; called on a pool thread, must be quick. With "log_type debug" in
    /// <see cref="ExtraText"/> that is every packet.
    /// </summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Lines of its configuration that stand before its listeners, such as <c>max_packet_size</c>.</summary>
    public string GlobalText { get; init; } = string.Empty;

    /// <summary>More lines of its configuration, such as a bridge's section.</summary>
    public string ExtraText { get; init; } = string.Empty;
}
